"""Another program on the company's tables: a clerk's screen that holds a row, changes it and lets go."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from counterfoil.foxpro.files.table_locks import Patience
from counterfoil.foxpro.table import Table

PATIENCE = Patience(timedelta(seconds=10))


class Clerk:
    """The tests' end of the pipe."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def change(self, **values: Decimal) -> None:
        """Writes amounts into the row that is held."""
        self._say({name: str(value) for name, value in values.items()})

    def let_go(self) -> None:
        self._say({})
        assert self._process.wait(10) == 0

    def _say(self, values: dict[str, str]) -> None:
        assert self._process.stdin
        assert self._process.stdout
        print(json.dumps(values), file=self._process.stdin, flush=True)
        assert self._process.stdout.readline() == "done\n"


@contextmanager
def holding(table: Path, column: str, number: str) -> Iterator[Clerk]:
    """A clerk in a process of its own holds the row with the number."""
    words = [sys.executable, __file__, str(table), column, number]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            assert process.stdout.readline() == "held\n"
            yield Clerk(process)
        finally:
            process.kill()


def say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def main(path: str, column: str, number: str) -> None:
    with Table.open(path, writable=True, patience=PATIENCE) as table:
        recno = next(r.recno for r in table.records() if str(r[column]).strip() == number)
        with table.locks.record(recno, PATIENCE.deadline()):
            say("held")
            for line in sys.stdin:
                values = json.loads(line)
                if not values:
                    break
                table.update(recno, {name: Decimal(value) for name, value in values.items()})
                say("done")
        say("done")


if __name__ == "__main__":
    main(*sys.argv[1:])
