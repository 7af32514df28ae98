"""Receivables postings where a site lacks columns, has other widths or more columns than most."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from counterfoil.connectors.sagepro.additions import AddedColumn
from counterfoil.connectors.sagepro.company import SageProCompany
from counterfoil.connectors.sagepro.profile import Profile
from counterfoil.connectors.sagepro.records import TableName
from counterfoil.domain.facts.fact import Fact
from counterfoil.ports.erp import Posted, Refused
from tests.support.receivables import (
    ACCOUNTS,
    WRITE_OFFS,
    application,
    deposit,
    discounted,
    identifying,
    reversal,
    surcharged,
    unidentified,
)
from tests.support.sagepro_books import receipt
from tests.support.sagepro_site import Site

OPTIONAL = {
    TableName.CASH: ("bpaidamt", "bdisamt", "currid", "exchrat", "userid", "salesmn", "ponum", "glarec"),
    TableName.DISTRIBUTIONS: ("bamount", "currid", "exchrat", "dtstat", "dttype"),
    TableName.DOCUMENTS: ("bpaidamt", "bbal", "binvamt", "bdisamt", "currid", "exchrat", "terr", "tax"),
    TableName.DOCUMENT_HISTORY: ("bpaidamt", "bbal", "binvamt", "bdisamt"),
    TableName.LINES: ("bextpri", "tranlineno", "terr"),
}
"""Columns that a posting writes where they are there."""


def profile(site: Site) -> Profile:
    own = {
        TableName.CASH: {"sitefld": AddedColumn(value="WEB")},
        TableName.DISTRIBUTIONS: {"sitefld": AddedColumn.model_validate({"from": "reference"})},
    }
    changes = {"accounts": ACCOUNTS, "write_offs": WRITE_OFFS, "added_columns": own}
    return site.profile.model_copy(update=changes)


@pytest.fixture
def bare(tmp_path: Path) -> Site:
    site = Site(tmp_path / "bare")
    for table, names in OPTIONAL.items():
        for name in names:
            site.drop(table, name)
    for table in (TableName.CASH, TableName.DOCUMENTS, TableName.LINES, TableName.DISTRIBUTIONS):
        site.resize(table, "custno", 10)
    site.resize(TableName.CASH, "glaccnt", 9)
    return site.build()


@pytest.fixture
def company(bare: Site) -> Iterator[SageProCompany]:
    with bare.open(profile(bare)) as company:
        yield company


def posted(site: Site, company: SageProCompany, fact: Fact) -> Posted:
    (answer,) = company.post([fact])
    assert isinstance(answer, Posted), answer
    assert site.findings() == []
    return answer


def test_every_posting_is_made_and_taken_back_on_a_bare_site(bare: Site, company: SageProCompany) -> None:
    plain = surcharged(receipt("ABC", {"1001": "30", "1002": "10"}, "5", transaction="1"), "2")
    held = deposit("ABC", "60", "501", transaction="2")
    moved = identifying(receipt("XYZ", {"2001": "20"}, transaction="3"))
    unknown = unidentified("20", transaction="3")
    short = discounted("ABC", "1002", "69.50", write_off="0.50")
    before = {name: bare.read(name) for name in (TableName.CUSTOMERS, TableName.DOCUMENTS)}
    posted(bare, company, plain)
    credit = posted(bare, company, held).document
    applied = application("ABC", credit, {"1001": "60"}, transaction="2")
    facts = [plain, held, applied, unknown, moved, short]
    for fact in facts[2:]:
        posted(bare, company, fact)
    for fact in reversed(facts):
        posted(bare, company, reversal(fact))
    after = bare.read(TableName.DOCUMENTS)[: len(before[TableName.DOCUMENTS])]
    for old, new in zip(before[TableName.DOCUMENTS], after, strict=True):
        assert (old["paidamt"], old["disamt"], old["balance"]) == (
            new["paidamt"],
            new["disamt"],
            new["balance"],
        )
    balances = [row["balance"] for row in before[TableName.CUSTOMERS]]
    assert [row["balance"] for row in bare.read(TableName.CUSTOMERS)] == balances
    assert {str(row["sitefld"]).strip() for row in bare.read(TableName.CASH)} == {"WEB"}


def test_what_a_site_has_no_column_for_is_refused(tmp_path: Path) -> None:
    site = Site(tmp_path / "older")
    site.drop(TableName.DOCUMENTS, "ornum")
    site.drop(TableName.CASH, "disamt")
    site.tags[TableName.DOCUMENTS] = [tag for tag in site.tags[TableName.DOCUMENTS] if tag.name != "ornum"]
    site.build()
    with site.open(profile(site)) as company:
        contents = site.contents()
        for fact in (deposit("ABC", "60", "501"), discounted("ABC", "1002", "79.50", write_off="0.50")):
            (answer,) = company.post([fact])
            assert isinstance(answer, Refused), answer
            assert "no column" in answer.why
        assert site.contents() == contents


def test_money_without_a_document_number_is_not_taken_for_lost_at_the_next_start(bare: Site) -> None:
    first, second = unidentified("20", transaction="3"), unidentified("7", transaction="4")
    with bare.open(profile(bare)) as company:
        posted(bare, company, first)
    with bare.open(profile(bare)) as company:
        posted(bare, company, second)
