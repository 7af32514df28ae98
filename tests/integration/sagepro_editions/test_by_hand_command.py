"""The how-to "Cut over" as a person follows it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from counterfoil.cli import app
from counterfoil.connectors.sagepro.records import TableName
from counterfoil.ports.erp import KeyedByHand, Posted
from tests.integration.sagepro_editions.test_keyed_by_hand import FACT, key_receipt
from tests.support.sagepro_site import Site

PAGE = Path(__file__).parents[3] / "docs" / "howto" / "cut-over.md"


@pytest.fixture
def profile(site: Site) -> Path:
    path = site.write_profile()
    key_receipt(site)
    with site.open() as company:
        (answer,) = company.post([FACT])
    assert isinstance(answer, KeyedByHand)
    return path


def run(profile: Path, *words: str) -> Result:
    return CliRunner().invoke(app, ["sagepro", "by-hand", str(profile), *words])


def commands() -> list[str]:
    blocks = PAGE.read_text("utf-8").split("```sh\n")[1:]
    return [block.split("\n```")[0] for block in blocks]


def test_the_page_shows_the_commands_and_what_they_tell(profile: Path) -> None:
    listed = run(profile)
    assert listed.exit_code == 1
    shown = PAGE.read_text("utf-8").split("```\n1  ")[1].split("```")[0]
    assert [line.split() for line in listed.stdout.splitlines()] == [
        line.split() for line in f"1  {shown}".splitlines()
    ]
    assert [command.split(" profile-01.yaml")[0] for command in commands()] == [
        "counterfoil sagepro by-hand"
    ] * 3


def test_linking_as_the_page_says_ends_the_question(profile: Path, site: Site) -> None:
    answer = run(profile, "--link", "1", "--receipt", "1", "--by", "Ann Lee")
    assert answer.exit_code == 0, answer.output
    assert "linked" in answer.stdout
    with site.open() as company:
        (posted,) = company.post([FACT])
    assert isinstance(posted, Posted)
    assert len(site.read(TableName.CASH)) == 1


def test_posting_as_the_page_says_ends_the_question(profile: Path, site: Site) -> None:
    assert run(profile, "--post", "1", "--by", "Ann Lee").exit_code == 0
    with site.open() as company:
        company.post([FACT])
    assert len(site.read(TableName.CASH)) == 2


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--link", "1"), "say who judges"),
        (("--link", "9", "--by", "Ann"), "no question 9 is open"),
        (("--link", "1", "--receipt", "2", "--by", "Ann"), "receipts 1 to 1"),
        (("--link", "1", "--post", "1", "--by", "Ann"), "one answer"),
    ],
)
def test_what_makes_no_sense_is_refused(profile: Path, words: tuple[str, ...], why: str) -> None:
    answer = run(profile, *words)
    assert answer.exit_code == 2
    assert why in " ".join(answer.output.split())
    document = json.loads(run(profile, "--json").stdout)
    assert [entry["number"] for entry in document["open"]] == [1]
