"""Postings add rows to a table of the site's own: planned, shown, written and taken back with the rest."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from counterfoil.connectors.sagepro.calibration.file import Accepted
from counterfoil.connectors.sagepro.calibration.vouching import vouch
from counterfoil.connectors.sagepro.company import SageProCompany
from counterfoil.domain.facts.reversal import ReversalFact
from counterfoil.ports.erp import AlreadyPosted, Posted, Preview, Refused
from counterfoil.ports.errors import ConfigurationError
from tests.support.own_table import OWN, with_own_rows, with_own_table
from tests.support.sagepro_books import receipt
from tests.support.sagepro_site import NOW, Site

FACT = receipt("ABC", {"1001": "60"})
BACK = ReversalFact(key=FACT.key.reversal, reverses=FACT.key, reversed_on=date(2026, 11, 22), reason="voided")


@pytest.fixture
def site(odd_site: Site) -> Site:
    return with_own_table(odd_site).build()


def opened(site: Site, **columns: object) -> SageProCompany:
    return site.open(with_own_rows(site.profile, **columns))


def test_the_row_stands_in_preview_answer_table_and_reversal(site: Site) -> None:
    with opened(site) as company:
        preview = company.preview(FACT)
        assert isinstance(preview, Preview)
        (shown,) = [row for row in preview.rows if row.table.startswith("zzpay")]
        assert {one.field: one.after for one in shown.fields} == {
            "zkey": str(FACT.key),
            "zwho": "ABC",
            "zgross": "60.00",
            "zday": "2026-11-20",
            "zvia": "PAYTRACE",
        }
        (posted,) = company.post([FACT])
        assert isinstance(posted, Posted)
        (written,) = [row for row in posted.rows if row.table.startswith("zzpay")]
        assert (written.record, written.added) == (1, True)
        assert company.post([FACT]) == (AlreadyPosted(first=posted),)
        assert len(site.read(OWN)) == 1
        (answer,) = company.post([BACK])
        assert isinstance(answer, Posted), answer
    first, counter = site.read(OWN)
    assert (first["zgross"], counter["zgross"]) == (Decimal(60), Decimal(-60))
    assert str(counter["zwho"]).strip() == "ABC"
    assert site.findings() == []


def test_a_value_that_is_too_wide_refuses_the_posting_and_names_table_and_column(site: Site) -> None:
    before = site.contents()
    with opened(site, zvia={"from": "summary"}) as company:
        (answer,) = company.post([FACT])
    assert isinstance(answer, Refused)
    assert "zvia" in answer.why
    assert "zzpay" in answer.why
    assert site.contents() == before


def test_a_word_that_the_fact_does_not_have_refuses_the_posting(site: Site) -> None:
    with opened(site, zvia={"from": "colour"}) as company:
        (answer,) = company.post([FACT])
    assert isinstance(answer, Refused)
    assert "own_rows.zzpay.zvia" in answer.why


@pytest.mark.parametrize(
    ("columns", "why"),
    [({"znone": {"value": "A"}}, "znone is not there"), ({"zday": {"value": "A"}}, "cannot hold a text")],
)
def test_an_unfit_column_stops_the_start(site: Site, columns: dict[str, object], why: str) -> None:
    with pytest.raises(ConfigurationError, match=why):
        opened(site, **columns)


def test_a_table_that_is_missing_stops_the_start(odd_site: Site) -> None:
    with pytest.raises(ConfigurationError, match="zzpay"):
        opened(odd_site.build())


def test_a_profile_that_names_it_no_more_still_reads_what_was_posted_and_says_how_to_take_it_back(
    site: Site,
) -> None:
    with opened(site) as company:
        (posted,) = company.post([FACT])
        assert isinstance(posted, Posted)
    with site.open() as company:
        assert company.post([FACT]) == (AlreadyPosted(first=posted),)
        (answer,) = company.post([BACK])
    assert isinstance(answer, Refused)
    assert "own_rows" in answer.why
    assert len(site.read(OWN)) == 1


def test_a_person_s_word_is_for_the_site_s_own_table_too(site: Site) -> None:
    """Else it would outlast other columns of a table that postings write."""
    who = Accepted(by="Ann Lee", at=NOW, reason="the rows were gone through")
    noted = vouch(with_own_rows(site.profile), ["receipt on invoices"], who)
    assert OWN.value in noted.words["receipt on invoices"].structures
