from __future__ import annotations

import errno
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import pytest

from counterfoil.foxpro import Field, Table, TagSpec, Value, create_table
from counterfoil.foxpro.checking.table_check import check_table
from counterfoil.foxpro.errors import FieldValueError, StorageError
from counterfoil.foxpro.files.table_file import WriteGate
from counterfoil.foxpro.records.fields import Counter
from counterfoil.foxpro.transactions.journal import Journal
from counterfoil.foxpro.transactions.operations import Add, Append, Operation, Posting, Refused, Set, Written
from counterfoil.foxpro.transactions.recovery import Quarantined, Recovery, RolledForward, recover
from counterfoil.foxpro.transactions.transaction import write_group
from tests.unit.foxpro import company

FIELDS = [
    Field("name", "C", 4),
    Field("id", "I", counter=Counter(100, 5)),
    Field("line", "I", counter=Counter()),
]
NEXT_AT = 32 + 32 + 19
"""Where the header holds the next id."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "t.dbf"
    create_table(path, FIELDS, [TagSpec("id", "id", candidate=True)], rows=[{"name": "a"}, {"name": "b"}])
    return path


def ids(path: Path) -> list[tuple[Value, Value, Value]]:
    with Table.open(path) as table:
        return [(row["name"], row["id"], row["line"]) for row in table.records(deleted=True)]


def next_id(path: Path) -> int:
    return int.from_bytes(path.read_bytes()[NEXT_AT : NEXT_AT + 4], "little")


def posting(name: str, *, id: str | None = None) -> Posting:  # noqa: A002 - as the posting calls it
    return Posting(id or name, (Append("t", {"name": name}, ("name",)),))


@contextmanager
def journal_of(path: Path) -> Iterator[Journal]:
    with company.journal_of(path.parent) as (journal, _):
        yield journal


def write(path: Path, *names: str, gate: WriteGate | None = None) -> None:
    with journal_of(path) as journal, Table.open(path, writable=True, gate=gate) as table:
        outcomes = write_group({"t": table}, journal, [posting(name) for name in names])
        assert all(isinstance(outcome, Written) for outcome in outcomes.values())


def recovered(path: Path) -> list[Recovery]:
    with journal_of(path) as journal:
        return recover(journal, lambda _: Table.open(path, writable=True))


def test_rows_are_numbered_from_the_start_in_steps(path: Path) -> None:
    assert ids(path) == [("a", 100, 1), ("b", 105, 2)]
    assert next_id(path) == 110
    with Table.open(path, writable=True) as table:
        assert [table.append({"name": "c"}), table.append({"name": "d"})] == [3, 4]
    assert ids(path)[2:] == [("c", 110, 3), ("d", 115, 4)]
    assert next_id(path) == 120
    assert check_table(path) == []


def test_what_another_program_drew_is_honoured(path: Path) -> None:
    with Table.open(path, writable=True) as table:
        data = path.read_bytes()
        path.write_bytes(data[:NEXT_AT] + (900).to_bytes(4, "little") + data[NEXT_AT + 4 :])
        table.append({"name": "c"})
    assert ids(path)[2:] == [("c", 900, 3)]
    assert next_id(path) == 905


def test_nobody_gives_a_number_of_his_own(path: Path) -> None:
    with Table.open(path, writable=True) as table:
        with pytest.raises(FieldValueError, match=r"t\.id: is numbered by the table itself"):
            table.append({"name": "c", "id": 7})
        with pytest.raises(FieldValueError, match="leave it out"):
            table.update(1, {"id": 100})
        with journal_of(path) as journal:
            refused: list[Operation] = [
                Append("t", {"id": 7}),
                Set("t", 1, {"id": 7}),
                Add("t", 1, {"id": Decimal(1)}),
            ]
            postings = [Posting(str(at), (operation,)) for at, operation in enumerate(refused)]
            outcomes = write_group({"t": table}, journal, postings)
        assert all(isinstance(outcome, Refused) for outcome in outcomes.values())
    assert next_id(path) == 110


def test_numbers_come_to_an_end(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[:NEXT_AT] + ((1 << 31) - 3).to_bytes(4, "little") + data[NEXT_AT + 4 :])
    with (
        Table.open(path, writable=True) as table,
        pytest.raises(FieldValueError, match="cannot number a row"),
    ):
        table.append({"name": "c"})
    assert len(ids(path)) == 2


def test_postings_draw_one_after_the_other_and_one_that_fails_draws_none(path: Path) -> None:
    with journal_of(path) as journal, Table.open(path, writable=True) as table:
        bad = Posting("bad", (Append("t", {"name": "x"}), Set("t", 99, {"name": "y"})))
        outcomes = write_group({"t": table}, journal, [posting("c"), bad, posting("d")])
        assert [type(outcome) for outcome in outcomes.values()] == [Written, Refused, Written]
    assert ids(path)[2:] == [("c", 110, 3), ("d", 115, 4)]
    assert next_id(path) == 120


class Failing:
    """Fails the n-th write to the table."""

    def __init__(self, fatal: int) -> None:
        self.left = fatal

    def __call__(self, path: Path, what: str, data: bytes, /) -> None:
        self.left -= 1
        if self.left == 0:
            raise OSError(errno.EIO, "broken")


def interrupted_at_each_write(path: Path, then: Callable[[], None]) -> Iterator[int]:
    """The table as it is after each interrupted write of two appends, and after what somebody then does."""
    before = path.read_bytes(), path.with_suffix(".cdx").read_bytes()
    for fatal in range(1, 100):
        path.write_bytes(before[0])
        path.with_suffix(".cdx").write_bytes(before[1])
        try:
            write(path, "c", "d", gate=Failing(fatal))
        except StorageError:
            then()
            yield fatal
        else:
            return
    raise AssertionError("it never ended")


def test_recovery_gives_each_number_once_wherever_it_was_interrupted(path: Path) -> None:
    for _ in interrupted_at_each_write(path, lambda: None):
        was_decided = [type(one) for one in recovered(path)] == [RolledForward]
        write(path, "e")
        both = [("c", 110, 3), ("d", 115, 4), ("e", 120, 5)]
        assert ids(path)[2:] == (both if was_decided else [("e", 110, 3)])
        assert check_table(path) == []


def test_a_number_that_somebody_else_drew_meanwhile_is_not_given_again(path: Path) -> None:
    def somebody() -> None:
        with Table.open(path, writable=True) as table:
            table.append({"name": "who"})

    quarantined = 0
    for _ in interrupted_at_each_write(path, somebody):
        for one in recovered(path):
            quarantined += isinstance(one, Quarantined)
        numbers = [number for _, number, _ in ids(path)]
        assert len(numbers) == len(set(numbers))
        path.with_name("journal.db").unlink()
    assert quarantined > 0


def test_threads_that_append_never_draw_the_same_number(path: Path) -> None:
    def append(many: int) -> None:
        with Table.open(path, writable=True) as table:
            for _ in range(many):
                table.append({"name": "t"})

    threads = [threading.Thread(target=append, args=(25,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with Table.open(path) as table:
        drawn = sorted(int(str(row["id"])) for row in table.records())
    assert drawn == list(range(100, 100 + 52 * 5, 5))
