"""The reference page has every check, every option and every key of the document."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from typer.main import get_command

from counterfoil.cli.audit_report import AuditReport, Place
from counterfoil.cli.audit_text import to_document
from counterfoil.cli.sagepro import app
from counterfoil.connectors.sagepro.audit.baseline import Baseline, identified
from counterfoil.connectors.sagepro.audit.findings import Finding
from counterfoil.connectors.sagepro.audit.verdicts import Verdict
from counterfoil.connectors.sagepro.records import Certainty, TableName
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


def test_every_key_of_the_document_stands_in_the_page() -> None:
    finding = Finding(
        table=TableName.CUSTOMERS, record=1, key="ABC", column="balance", expected="1", found="2"
    )
    verdict = Verdict(
        check="customer_balance",
        meaning="",
        certainty=Certainty.VERIFIED,
        looked_at=1,
        count=1,
        findings=(replace(finding, check="customer_balance"),),
    )
    found = list(identified(verdict.findings, Baseline("01")))
    report = AuditReport(
        company="01",
        verdicts=[verdict],
        findings=[(Place(file="arcust01", field="balance"), found[0])],
        gone=0,
        changed=[],
    )
    document = json.loads(to_document(report))
    (check,) = document["checks"]
    keys = {*document, *check, *check["findings"][0]}
    assert {"changed_meanwhile", "not_made", "difference"} <= keys
    assert [key for key in sorted(keys) if f"`{key}`" not in PAGE] == []
