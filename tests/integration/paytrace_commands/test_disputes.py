"""Chargebacks from a processor's file and by hand: each stage once, each with its payment or a question."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa

from counterfoil.bootstrap.interpreting import open_interpreter
from counterfoil.store.overview import Overview, ReviewTaskRow
from counterfoil.store.schema import inbox, run
from tests.support.earlier_flows import DISPUTE_TO_CLERK
from tests.support.gateway_desk import Desk, books

MAPPING = """
date_format: "%Y-%m-%d"
columns:
  {case: Case, stage: Status, date: Date, amount: Amount, transaction: Sale, last_four: Card, paid_on: Sold}
stages: {opened: [CB], won: [Won], lost: [Lost], fee: [Fee], ignored: [Retrieval]}
"""
HEAD = "Case,Status,Date,Amount,Sale,Card,Sold\n"


@pytest.fixture
def imported(desk: Desk, tmp_path: Path) -> Callable[..., list[dict[str, str | None]]]:
    """Imports lines and gives what was told of each."""
    desk.connect()
    mapping, file = tmp_path / "m.yaml", tmp_path / "cb.csv"
    mapping.write_text(MAPPING, "utf-8")

    def run_import(*lines: str, refused: int = 0) -> list[dict[str, str | None]]:
        file.write_text(HEAD + "".join(line + "\n" for line in lines), "utf-8")
        words = ("disputes", "import", str(file), "--mapping", str(mapping))
        if refused:
            result = desk.type(*words)
            assert result.exit_code == refused, result.output
            return [{"said": result.stderr}]
        told: list[dict[str, str | None]] = desk.told(*words)["disputes"]
        return told

    return run_import


def day() -> str:
    return f"{datetime.now().astimezone():%Y-%m-%d}"  # noqa: TID251 - the sandbox goes by the machine's clock


def events(desk: Desk) -> list[tuple[str, str]]:
    with desk.workspace() as workspace, workspace.database.autocommit() as connection:
        rows = connection.execute(sa.select(inbox.c.kind, inbox.c.order_key).order_by(inbox.c.seq))
        return [(row.kind, row.order_key) for row in rows]


def show_disputes(desk: Desk) -> None:
    """The environment has the flow that asks a person about every stage and needs no books."""
    with desk.workspace() as workspace:
        workspace.deployments.deploy("dev", DISPUTE_TO_CLERK)


def carried(desk: Desk) -> list[ReviewTaskRow]:
    """Every run is carried; what people are asked."""
    with desk.workspace() as workspace:
        with workspace.database.autocommit() as connection:
            waiting = connection.execute(sa.select(run.c.id).order_by(run.c.seq)).scalars().all()
        with open_interpreter(workspace) as interpreter:
            for each in waiting:
                interpreter.carry(each)
        return Overview(workspace.database).review_tasks(50)


def test_every_stage_of_a_case_is_an_event_of_its_payment(
    desk: Desk, imported: Callable[..., list[dict[str, str | None]]]
) -> None:
    number = desk.shopper.pay_at_terminal("a test", Decimal("25.00"), "1001")
    show_disputes(desk)
    told = imported(
        "C1,Won,2026-12-09,25.00,,,",
        "C1,Fee,2026-12-01,15.00,,,",
        f"C1,CB,2026-12-01,25.00,{number},,",
        "C2,Retrieval,2026-12-01,25.00,,,",
    )
    assert [each["stage"] for each in told] == ["opened", "fee", "won"]
    lineage = f"paytrace/m1/{number}"
    assert events(desk) == [(f"chargeback.{stage}", lineage) for stage in ("opened", "fee", "won")]
    titles = [task.title for task in carried(desk)]
    assert titles == [
        "The customer's bank took back 25.00 USD, case C1",
        "A dispute's fee: 15.00 USD, case C1",
        "A dispute was won: 25.00 USD, case C1",
    ]


def test_a_file_imported_again_adds_nothing_and_one_with_more_lines_adds_these(
    desk: Desk, imported: Callable[..., list[dict[str, str | None]]]
) -> None:
    number = desk.shopper.pay_at_terminal("a test", Decimal("25.00"), "1001")
    first = f"C1,CB,2026-12-01,25.00,{number},,"
    imported(first)
    assert [each["standing"] for each in imported(first)] == ["known"]
    again = imported(first, "C1,Lost,2026-12-09,25.00,,,")
    assert [each["standing"] for each in again] == ["known", "new"]
    assert len(events(desk)) == 2


def test_a_stage_told_with_another_amount_is_refused_with_everything_in_its_file(
    desk: Desk, imported: Callable[..., list[dict[str, str | None]]]
) -> None:
    number = desk.shopper.pay_at_terminal("a test", Decimal("25.00"), "1001")
    imported(f"C1,CB,2026-12-01,25.00,{number},,")
    [said] = imported(f"C1,CB,2026-12-01,24.00,{number},,", f"C9,CB,2026-12-01,1.00,{number},,", refused=1)
    assert "case C1 stands as opened with another content: nothing was stored" in str(said["said"])
    assert len(events(desk)) == 1


def test_what_a_person_entered_first_does_not_stop_the_file_that_tells_it_too(
    desk: Desk, imported: Callable[..., list[dict[str, str | None]]]
) -> None:
    number = desk.shopper.pay_at_terminal("a test", Decimal("25.00"), "1001")
    words = ("disputes", "enter", "C1", "opened", "25.00", "--on", "2026-12-01", "--by", "Ann Lee")
    desk.said(*words, "--transaction", number, "--reason", "as the bank's letter says")
    told = imported(f"C1,CB,2026-12-01,25.00,,5439,{day()}", "C1,Fee,2026-12-01,15.00,,,")
    assert [(each["standing"], each["payment"]) for each in told] == [
        ("known", f"paytrace/m1/{number}"),
        ("new", f"paytrace/m1/{number}"),
    ]


def test_a_bad_line_stores_nothing_and_is_told_with_its_number(
    desk: Desk, imported: Callable[..., list[dict[str, str | None]]]
) -> None:
    number = desk.shopper.pay_at_terminal("a test", Decimal("25.00"), "1001")
    [said] = imported(f"C1,CB,2026-12-01,25.00,{number},,", "C2,Odd,2026-12-01,25.00,,,", refused=2)
    assert "line 3: the status 'Odd' is not mapped" in str(said["said"])
    assert events(desk) == []


def test_amount_last_four_and_day_find_the_one_payment(
    desk: Desk, imported: Callable[..., list[dict[str, str | None]]]
) -> None:
    number = desk.shopper.pay_at_terminal("a test", Decimal("25.00"), "1001")
    desk.shopper.pay_at_terminal("a test", Decimal("26.00"), "1002")
    [told] = imported(f"C1,CB,2026-12-01,25.00,,XXXX5439,{day()}")
    assert told["payment"] == f"paytrace/m1/{number}"


def test_two_payments_alike_are_a_question_that_a_person_answers_for_all_stages(
    desk: Desk, imported: Callable[..., list[dict[str, str | None]]]
) -> None:
    show_disputes(desk)
    numbers = [desk.shopper.pay_at_terminal("a test", Decimal("25.00"), "1001") for _ in range(2)]
    imported(f"C1,CB,2026-12-01,25.00,,5439,{day()}", "C1,Fee,2026-12-02,15.00,,,")
    asked = carried(desk)
    assert [task.title for task in asked] == ["Which payment is case C1 about?"] * 2
    assert asked[0].why.startswith("2 payments of 25.00 USD by a card ending in 5439")
    assert all(number in asked[0].why for number in numbers)
    words = ("disputes", "match", "C1")
    assert "is not known" in desk.refused(*words, "999999", "--by", "Ann Lee")
    card = "4012000098765439"
    assert "is no transaction number" in desk.refused(*words, card, "--by", "Ann Lee")
    assert "2 stages of case C1" in desk.said(*words, numbers[1], "--by", "Ann Lee")
    assert "nothing of case C1 waits" in desk.refused(*words, numbers[0], "--by", "Bob")
    assert {task.order_key for task in carried(desk)} == {f"paytrace/m1/{numbers[1]}"}
    again = imported(f"C1,CB,2026-12-01,25.00,,5439,{day()}", "C1,Lost,2026-12-09,25.00,,,")
    assert [each["standing"] for each in again] == ["known", "new"]
    assert {each["payment"] for each in again} == {f"paytrace/m1/{numbers[1]}"}


def test_a_dispute_larger_than_the_payment_it_names_is_a_question(
    desk: Desk, imported: Callable[..., list[dict[str, str | None]]]
) -> None:
    number = desk.shopper.pay_at_terminal("a test", Decimal("25.00"), "1001")
    [told] = imported(f"C1,CB,2026-12-01,25.01,{number},,")
    assert told["payment"] is None
    assert "is of 25.00 USD, the dispute of 25.01 USD" in str(told["why"])


def test_what_a_person_enters_is_an_event_like_others(desk: Desk) -> None:
    desk.connect()
    number = desk.shopper.pay_at_terminal("a test", Decimal("25.00"), "1001")
    words = ("disputes", "enter", "C1", "opened", "25.00", "--on", "2026-12-01", "--by", "Ann Lee")
    desk.said(*words, "--transaction", number)
    assert events(desk) == [("chargeback.opened", f"paytrace/m1/{number}")]
    assert "1 known before" in desk.said(*words, "--transaction", number)
    assert "card does not end in four digits" in desk.refused(*words, "--last-four", "12")
    other = ("disputes", "enter", "4012000098765439", *words[3:])
    assert "4012000098765439" not in desk.refused(*other)
    [told] = desk.told("disputes", "list")["disputes"]
    assert (told["case"], told["payment"]) == ("C1", f"paytrace/m1/{number}")


def test_a_dispute_follows_its_payment_to_the_company(desk: Desk) -> None:
    desk.connect()
    number = desk.shopper.pay_at_terminal("a test", Decimal("25.00"), "W-1001")
    rule = ("paytrace", "routes", "set", "PayTrace", "02", "--prefix", "W-")
    with desk.workspace() as workspace:
        workspace.connect(books("02"), {})
    desk.said(*rule)
    words = ("disputes", "enter", "C1", "opened", "25.00", "--on", "2026-12-01", "--by", "Ann Lee")
    desk.said(*words, "--transaction", number)
    with desk.workspace() as workspace, workspace.database.autocommit() as connection:
        assert connection.execute(sa.select(run.c.company)).scalars().all() == ["02"]


def test_a_line_that_names_another_payment_than_its_case_is_a_question(
    desk: Desk, imported: Callable[..., list[dict[str, str | None]]]
) -> None:
    one, other = (desk.shopper.pay_at_terminal("a test", Decimal("25.00"), "1001") for _ in range(2))
    told = imported(f"C1,CB,2026-12-01,25.00,{one},,", f"C1,Won,2026-12-09,25.00,{other},,")
    assert [each["payment"] for each in told] == [f"paytrace/m1/{one}", None]
    assert f"case C1 is about paytrace/m1/{one}, and transaction {other} is named" in str(told[1]["why"])
