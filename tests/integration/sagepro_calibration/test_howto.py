"""The page on calibrating is walked from top to bottom, in two layouts, with a simulated clerk."""

from __future__ import annotations

import re
import shlex
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner

from counterfoil.cli import app
from counterfoil.sandbox.sagepro import chart
from counterfoil.sandbox.sagepro.structures.layouts import Layout
from tests.integration.sagepro_calibration.conftest import DAY
from tests.support.sage_pro_clerk import Keyed, SageProClerk

PAGE = Path(__file__).parents[3] / "docs" / "howto" / "calibrate.md"
PART = re.compile(r"```(\w+)\n(.*?)```|<!-- the clerk: (.*?) -->", re.DOTALL)
FINDINGS = {("calibrate", "compare"), ("sagepro", "check")}
"""Commands that may end with 1, because they found what the page talks about."""


def test_the_page_does_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, layout: Layout) -> None:
    monkeypatch.chdir(tmp_path)
    said, walked = "", list[str]()
    names: dict[str, object] = {}
    for kind, block, slip in PART.findall(PAGE.read_text("utf-8")):
        walked.append(kind or "clerk")
        match kind:
            case "sh":
                said = "".join(run(line, layout) for line in block.splitlines())
            case "python":
                exec(compile(block, str(PAGE), "exec"), names)  # noqa: S102 - the page is ours
            case "text":
                assert block in said, said
            case _:
                key(SageProClerk(tmp_path / "site"), slip.split())
    assert walked.count("clerk") == 2
    assert walked.count("text") == 6


def run(line: str, layout: Layout) -> str:
    words = shlex.split(line)
    assert words.pop(0) == "counterfoil"
    if words[0] == "sandbox":
        words += ["--layout", layout.name]
    result = CliRunner().invoke(app, words)
    expected = {0, 1} if tuple(words[:2]) in FINDINGS or tuple(words[1:3]) in FINDINGS else {0}
    assert result.exit_code in expected, result.output
    assert isinstance(result.exception, SystemExit | None), result.exception
    return result.stdout


def key(clerk: SageProClerk, words: list[str]) -> None:
    what, customer, *rest = words
    *invoice, amount, reference = rest
    slip = Keyed(
        customer=customer,
        amount=Decimal(amount),
        reference=reference,
        day=DAY,
        account=chart.CARD_CLEARING,
        receivable=chart.RECEIVABLE,
        invoice="".join(invoice),
    )
    if what == "receipt":
        clerk.key_receipt(slip)
    else:
        clerk.key_on_account(slip)
