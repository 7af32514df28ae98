"""The reference page names every option and every key of the documents."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from typer.main import get_command

from counterfoil.cli.foxpro.command import app
from counterfoil.foxpro import description
from counterfoil.foxpro.records.fields import Counter
from counterfoil.foxpro.selftest.verdicts import Proof
from tests.unit.cli.foxpro.program import customers, run

PAGE = (Path(__file__).parents[4] / "docs" / "reference" / "commands.md").read_text("utf-8")
USUAL = {"--help", "--install-completion", "--show-completion"}


def test_every_option_stands_in_the_page() -> None:
    commands = getattr(get_command(app), "commands", {})
    options = {
        option
        for command in commands.values()
        for parameter in command.params
        for option in getattr(parameter, "opts", ())
        if option.startswith("--")
    }
    assert {"--where-tag", "--unmasked", "--yes"} <= options
    assert [option for option in sorted(options - USUAL) if f"`{option}" not in PAGE] == []


@pytest.mark.parametrize(
    "kind",
    [
        description.TableDescription,
        description.FieldDescription,
        description.TagDescription,
        description.IndexDescription,
        description.MemoDescription,
        description.ContainerDescription,
        description.DatabaseDescription,
        description.ContainedTable,
        Counter,
        Proof,
    ],
)
def test_every_key_of_a_description_stands_in_the_page(kind: type) -> None:
    keys = [field.name for field in dataclasses.fields(kind)]
    assert [key for key in keys if f"`{key}`" not in PAGE] == []


@pytest.mark.parametrize("words", [("check",), ("reindex", "--yes")])
def test_every_key_of_a_document_stands_in_the_page(tmp_path: Path, words: tuple[str, ...]) -> None:
    document = run(*words, customers(tmp_path), "--json").document
    keys = {*document, *document["tables"][0]}
    assert [key for key in sorted(keys) if f"`{key}`" not in PAGE] == []
