"""The reference page has every check, every option and every key of the document."""

from __future__ import annotations

from pathlib import Path

from typer.main import get_command

from counterfoil.cli.sagepro import app
from tests.support.audit_reference import table

PAGE = (Path(__file__).parents[4] / "docs" / "reference" / "commands.md").read_text("utf-8")


def test_every_check_stands_in_the_page_as_in_the_code() -> None:
    assert table() in PAGE


def test_every_option_stands_in_the_page() -> None:
    commands = getattr(get_command(app), "commands", {})
    options = {option for parameter in commands["audit"].params for option in getattr(parameter, "opts", ())}
    named = {option for option in options if option.startswith("--")}
    assert named >= {"--baseline", "--excel"}
    assert [option for option in sorted(named) if f"`{option}" not in PAGE] == []
