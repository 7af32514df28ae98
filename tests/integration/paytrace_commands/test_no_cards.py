"""Card numbers typed or imported at every command leave none in database, files or what is said."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from counterfoil.security.card_guard import clean
from counterfoil.store import schema
from counterfoil.store.server_programs import Programs
from tests.support import disk
from tests.support.card_spellings import CARDS, all_spellings
from tests.support.gateway_desk import Desk

MAPPING = """
date_format: "%Y-%m-%d"
columns: {case: Case, stage: Status, date: Date, amount: Amount, last_four: Card, reason: Reason}
stages: {opened: [CB]}
"""
LINE_ENDS = ("lines",)


def one_line(text: str) -> bool:
    return "\n" not in text


@pytest.fixture
def said(desk: Desk, tmp_path: Path) -> list[str]:
    """Everything that the commands said, while cards were typed and imported at each of them."""
    desk.connect()
    words: list[str] = []
    mapping, file = tmp_path / "m.yaml", tmp_path / "cb.csv"
    mapping.write_text(MAPPING, "utf-8")
    for rows in (good_lines(), [f"{CARDS[0]},CB,2026-12-01,5.00,5439,x", ",".join(CARDS)]):
        file.write_text("Case,Status,Date,Amount,Card,Reason\n" + "\n".join(rows) + "\n", "utf-8")
        words.append(desk.type("disputes", "import", str(file), "--mapping", str(mapping)).output)
    file.unlink()
    words += [desk.type(*command).output for card in CARDS[1:4:2] for command in commands(card)]
    return words


def good_lines() -> Iterator[str]:
    """Every spelling as a reason, and as the card where it ends in digits."""
    for place, text in enumerate(filter(one_line, all_spellings().values())):
        card = text if re.fullmatch("[0-9]{4}", text[-4:]) else "5439"
        yield f"C{place},CB,2026-12-01,5.00,{card},about {text}"


def commands(card: str) -> Iterator[tuple[str, ...]]:
    """Every text that a command takes, with a card in its place."""
    rest = ("--on", "2026-12-01", "--by", "Ann")
    yield ("disputes", "enter", card, "opened", "5.00", *rest)
    yield ("disputes", "enter", f"X{card[-3:]}", "opened", "5.00", *rest[:-1], f"Ann {card}")
    yield ("disputes", "enter", f"Y{card[-3:]}", "opened", card, *rest)
    yield ("disputes", "enter", f"Z{card[-3:]}", "opened", "5", *rest, "--reason", card)
    yield ("disputes", "enter", f"W{card[-3:]}", "opened", "5", *rest, "--transaction", card)
    yield ("disputes", "match", card, "7", "--by", "Ann")
    yield ("disputes", "match", "C0", card, "--by", "Ann")
    yield ("paytrace", "routes", "set", "PayTrace", "01", "--prefix", card)
    yield ("paytrace", "routes", "set", "PayTrace", "01", "--customer", card)
    yield ("paytrace", "routes", "decide", card, "01", "--by", card)
    yield ("paytrace", "check", card)
    where = ("--sandbox", "--company", "01", "--environment", "dev", "--credentials", "-")
    yield ("paytrace", "connect", *where, "--merchant", card)
    yield ("paytrace", "connect", *where, "--merchant", "m9", "--name", f"N {card}")


def test_no_card_is_in_the_database_in_files_or_in_what_commands_say(
    desk: Desk, said: list[str], tmp_path: Path
) -> None:
    with desk.workspace() as workspace:
        dump = tmp_path / "dump.sql"
        Programs().run("pg_dump", f"--dbname={workspace.database.conninfo}", f"--file={dump}", "--inserts")
    assert "dispute/C0/opened" in dump.read_text("utf-8")
    needles = [text for text in all_spellings().values() if one_line(text)]
    assert disk.findings(tmp_path, needles) == []
    for text in needles:
        assert not [words for words in said if text in words]


def test_the_store_has_no_column_that_is_named_for_a_card_or_an_account() -> None:
    for table in schema.metadata.tables.values():
        names = {column.name: "x" for column in table.columns}
        assert clean(names).body == names, table.name
