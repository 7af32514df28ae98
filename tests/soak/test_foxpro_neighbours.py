"""A posting is killed or loses its power, others work on the tables, and recovery brings it to its end.

Whatever the order: no receipt twice, none missing without a name, balances equal to their open invoices, and
what the others wrote still there.
"""

from __future__ import annotations

import random  # noqa: TID251 - seeded, to do the same again
import shutil
from collections import Counter
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path

import pytest

from counterfoil.foxpro import Table
from counterfoil.foxpro.errors import FoxProError, IndexDamagedError
from counterfoil.foxpro.transactions.changes import QuarantinedRow
from counterfoil.foxpro.transactions.recovery import Quarantined
from tests.crash import power, tracer
from tests.crash.test_foxpro_interference import OURS
from tests.crash.test_foxpro_transactions import (
    crashed_at_every_point,
    ledger,
    reindex,
    roll_forward,
    sound,
    write,
)
from tests.soak import bounds
from tests.unit.foxpro import company

HALF = "half"
"""What the crash left of an index kept them from finishing what they had begun."""

Tables = Mapping[str, Table]
Dice = random.Random
PAID = (5, 6)
"""The customers of our postings."""


def post(tables: Tables, dice: Dice) -> None:
    """A whole posting of somebody else: an invoice, and the customer's balance."""
    number, amount = dice.choice(PAID), Decimal(dice.randint(1, 3) * 20)
    balance = tables["customer"].read(number + 1)["balance"]
    assert isinstance(balance, Decimal)
    tables["invoice"].append({"custno": f"C{number:03}", "invno": "theirs", "open": amount})
    tables["customer"].update(number + 1, {"balance": balance + amount})


def edit_customer(tables: Tables, dice: Dice) -> None:
    tables["customer"].update(dice.choice([1, *(number + 1 for number in PAID)]), {"company": "Edited"})


def append_receipt(tables: Tables, dice: Dice) -> None:
    tables["receipt"].append({"custno": "OTHER", "refno": f"OTHER{dice.randrange(10**6)}"})


def edit_receipt(tables: Tables, dice: Dice) -> None:
    for row in list(tables["receipt"].find("refno", dice.choice(OURS))):
        tables["receipt"].update(row.recno, {"amount": Decimal(7)})


def delete_receipt(tables: Tables, dice: Dice) -> None:
    for row in list(tables["receipt"].find("refno", dice.choice(OURS))):
        tables["receipt"].delete(row.recno)


ACTS: tuple[Callable[[Tables, Dice], None], ...] = (
    post,
    post,
    edit_customer,
    append_receipt,
    edit_receipt,
    delete_receipt,
)


def act(folder: Path, dice: Dice) -> Counter[str]:
    """What others did; a table that the crash left unreadable keeps them out until recovery."""
    done: Counter[str] = Counter()
    for one in dice.choices(ACTS, k=dice.randint(1, 3)):
        try:
            with company.opened(folder) as tables:
                one(tables, dice)
        except FoxProError:
            done[HALF] += 1
            break
        done[one.__name__] += 1
    return done


def recovered(folder: Path, boot: str | None) -> tuple[QuarantinedRow, ...]:
    """The rows that wait for a person."""
    for _ in company.NAMES:
        try:
            outcomes = roll_forward(folder, boot=boot)
        except IndexDamagedError as error:
            reindex(folder / f"{error.table}.dbf")
        else:
            return next((one.rows for one in outcomes if isinstance(one, Quarantined)), ())
    raise AssertionError("every table was reindexed and recovery still refuses")


def appended_by_others(folder: Path) -> int:
    """Their own deleting counts as well: a torn index may have led it from our receipt to their row."""
    with Table.open(folder / "receipt.dbf") as table:
        return sum(row["custno"] == "OTHER" for row in table.records(deleted=True))


def check(folder: Path, waiting: tuple[QuarantinedRow, ...], done: Counter[str]) -> None:
    rows = company.live_rows(folder)
    references = Counter(row["refno"] for row in rows["receipt"])
    held = {row.after[7:15].decode() for row in waiting if row.table == "receipt"}
    for reference in OURS:
        assert references[reference] <= 1
        assert references[reference] or reference in held or done["delete_receipt"] or not ledger(folder)
    assert appended_by_others(folder) == done["append_receipt"] or done[HALF]
    assert all(row.why and row.postings for row in waiting)
    strange = {row.table for row in waiting}
    for number in PAID if not done[HALF] and not strange & {"customer", "invoice"} else ():
        own = (row["open"] for row in rows["invoice"] if row["custno"] == f"C{number:03}")
        assert rows["customer"][number]["balance"] == sum(
            (Decimal(str(one)) for one in own if one is not None), Decimal(0)
        )
    if not any(row.found[:1] not in {b" ", b"*"} and row.found for row in waiting):
        sound(folder)  # A row of which a power cut left no flag, and that somebody edited, stays as it is.


@pytest.mark.soak
@pytest.mark.timeout(bounds.NEIGHBOURS_SECONDS + 300)
def test_whatever_others_do_before_recovery_nothing_is_doubled_or_lost(tmp_path: Path) -> None:
    reason = tracer.missing()
    if reason:
        pytest.skip(f"NO POWER CUTS: {reason}")
    before = tmp_path / "before"
    company.create(before)
    with company.journal_of(before):
        pass  # The journal's file is there before the posting.
    played = company.copied(before, tmp_path / "played")
    kills = [copy for _, copy in crashed_at_every_point(before, tmp_path)]
    assert tracer.run(lambda: write(played), tmp_path / "log", power.OPTIONS) == 0
    events = power.events_of(tmp_path / "log", played)
    dice, named = random.Random(bounds.SEED), 0  # noqa: S311 - chance, no secret
    for number in bounds.rounds(bounds.NEIGHBOURS_SECONDS):
        seed = dice.randrange(10**9)
        chance, folder = random.Random(seed), tmp_path / "image"  # noqa: S311 - as above
        shutil.rmtree(folder, ignore_errors=True)
        boot = chance.choice([None, "the next"])
        if boot:
            power.Disk(before, events[: chance.randint(0, len(events))]).image(chance, folder)
        else:
            company.copied(chance.choice(kills), folder)
        done = act(folder, chance)
        waiting = recovered(folder, boot)
        try:
            check(folder, waiting, done)
        except AssertionError as error:
            raise AssertionError(f"round {number}, seed {seed}, {boot}, {done}, {waiting}") from error
        named += bool(waiting)
    print(f"soak: {number} crashes beside others, {named} with rows for a person")  # noqa: T201 - what it did
