from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from counterfoil.cli import app

PAGE = Path(__file__).parents[4] / "docs" / "reference" / "catalogue.md"


def run(*words: str | Path) -> str:
    result = CliRunner().invoke(app, ["catalogue", *map(str, words)])
    assert result.exit_code == 0, result.output
    return result.output


def test_the_page_is_what_the_code_says() -> None:
    remedy = "write it again: counterfoil catalogue --markdown > docs/reference/catalogue.md"
    assert PAGE.read_text("utf-8") == run("--markdown"), remedy


def test_every_record_that_is_named_stands_in_the_document() -> None:
    told = json.loads(run("--json"))
    triggers = [each for one in told["connectors"] for each in one["triggers"]]
    inputs = [taken for one in told["connectors"] for each in one["operations"] for taken in each["inputs"]]
    fields = [field for record in told["records"].values() for field in record["fields"]]
    named = {each["carries"] for each in triggers} | {each["record"] for each in inputs}
    named |= {each["record"] for each in fields if "record" in each}
    assert named <= told["records"].keys()


def test_people_read_what_starts_a_flow_and_what_it_may_do() -> None:
    told = run()
    assert "starts on settlement.closed" in told
    assert "refund.post: Post the refund, from payment (payment), decision (fact.refund)" in told
