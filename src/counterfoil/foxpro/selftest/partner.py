"""The second program: started beside the first, told what to do line by line, killed at the end."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from typing import Any

from counterfoil.foxpro.errors import FoxProError

COMMAND = (sys.executable, "-m", "counterfoil.foxpro.selftest.second")
ANSWER_SECONDS_MAX = 120
END_SECONDS_MAX = 10


class PartnerError(FoxProError):
    """The second program did not do what it was told."""


class Partner:
    """Our end of the pipe."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._answers: Queue[str] = Queue()
        Thread(target=self._listen, daemon=True).start()

    def ask(self, what: str, *arguments: object) -> Any:
        """Have something done and wait for the answer."""
        self.tell(what, *arguments)
        return self.answer()

    def tell(self, what: str, *arguments: object) -> None:
        """Have something done; `answer` must follow."""
        try:
            print(json.dumps([what, *arguments]), file=self._process.stdin, flush=True)
        except OSError as error:
            raise PartnerError(f"the second program has ended ({error.strerror})") from error

    def answer(self) -> Any:
        try:
            line = self._answers.get(timeout=ANSWER_SECONDS_MAX)
        except Empty:
            raise PartnerError(f"the second program was silent for {ANSWER_SECONDS_MAX} seconds") from None
        if not line:
            raise PartnerError("the second program has ended by itself")
        done, result = json.loads(line)
        if not done:
            raise PartnerError(f"in the second program: {result}")
        return result

    def kill(self) -> None:
        self._process.kill()
        self._process.wait(END_SECONDS_MAX)

    def _listen(self) -> None:
        for line in self._process.stdout or ():
            self._answers.put(line)
        self._answers.put("")


@contextmanager
def started(path: Path, command: Sequence[str] = COMMAND) -> Iterator[Partner]:
    """Another program with the table open."""
    with subprocess.Popen(  # noqa: S603 - this program itself
        [*command, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        partner = Partner(process)
        try:
            partner.answer()
            yield partner
        finally:
            partner.kill()
