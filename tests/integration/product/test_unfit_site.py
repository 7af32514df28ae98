"""A table that is gone, a field that is too narrow: the words say what to do, and nothing is lost."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from counterfoil.foxpro.creation import create_table
from counterfoil.foxpro.index.index_file import TagSpec
from counterfoil.foxpro.records.fields import Field
from counterfoil.foxpro.table import Table
from tests.support.product import RunningHere

CASH = "ARCASH01"


@contextmanager
def away(folder: Path, name: str) -> Iterator[list[Path]]:
    """The table with its companions is moved aside, and put back at the end."""
    aside = folder.parent / "aside"
    aside.mkdir()
    moved = [path.rename(aside / path.name) for path in sorted(folder.glob(f"{name}.*"))]
    try:
        yield moved
    finally:
        for path in moved:
            shutil.move(path, folder / path.name)
        aside.rmdir()


def make_narrow(original: Path, path: Path, column: str) -> None:
    """An empty table of the same structure, but one field holds amounts up to 9.99 only."""
    with Table.open(original) as table:
        narrow = {column: Field(column, "N", 4, 2)}
        fields = [narrow.get(field.name, field) for field in table.fields if not field.is_hidden]
        tags = [TagSpec(tag.name, tag.expression) for tag in table.tags.values()]
    create_table(path, fields, tags)


def test_a_missing_table_parks_the_run_until_it_is_there_again(product: RunningHere) -> None:
    pick = product.ground.unpaid()
    with away(product.ground.tables, CASH):
        transaction = product.pay(pick.number, pick.open)
        run = product.wait_for_try(transaction)
    assert run["status"] == "parked"
    assert "arcash01" in run["why"].lower()
    assert "needs configuration" in run["why"]
    assert product.ground.received(transaction) == 0
    product.ground.clock.advance(timedelta(minutes=20))
    assert product.wait(transaction)["status"] == "done"
    product.assert_posted_once(transaction, pick.open)
    assert product.ground.broken_rules() == []


def test_a_field_that_is_too_narrow_is_a_task_for_a_person(product: RunningHere) -> None:
    pick, folder = product.ground.unpaid(), product.ground.tables
    with away(folder, CASH) as moved:
        original = next(path for path in moved if path.suffix.lower() == ".dbf")
        make_narrow(original, folder / original.name, "paidamt")
        transaction = product.pay(pick.number, pick.open)
        run = product.wait(transaction)
        for path in folder.glob(f"{CASH}.*"):
            path.unlink()
    assert run["status"] == "held", run["why"]
    assert "widen the field or post it by hand" in run["why"]
    [task] = [task for task in product.http.get("/api/review-tasks").json() if task["run"] == run["id"]]
    assert task["title"] == "The receipt cannot be posted"
    assert product.ground.postings(transaction) == 0
    assert product.ground.invoice_balance(pick.number) == pick.open
    assert product.ground.broken_rules() == []
