"""A customised site: its own columns are filled, shown and taken back with the posting."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from counterfoil.connectors.sagepro.profile import Profile, parse_profile
from counterfoil.connectors.sagepro.records import TableName
from counterfoil.domain.facts.reversal import ReversalFact
from counterfoil.foxpro.records.fields import Field
from counterfoil.ports.erp import Posted, Preview, Refused
from counterfoil.ports.errors import ConfigurationError
from tests.support.sagepro_books import PROFILE_TEXT, receipt
from tests.support.sagepro_site import Site

FACT = receipt("ABC", {"1001": "60"})
ADDED = """
added_columns:
  arcash:
    zzgross: {kind: money, from: amount}
    zzchan: {value: PAYTRACE}
    zzday: {kind: date, from: received_on}
"""


@pytest.fixture
def customised(tmp_path: Path) -> Site:
    site = Site(tmp_path / "sagepro")
    site.fields[TableName.CASH] += [Field("zzgross", "Y"), Field("zzchan", "C", 8), Field("zzday", "D")]
    return site.build()


def profile(site: Site, text: str = ADDED) -> Profile:
    return parse_profile(PROFILE_TEXT + text, base=site.folder)


def test_they_stand_in_the_preview_the_tables_the_ledger_and_the_reversal(customised: Site) -> None:
    site = customised
    with site.open(profile(site)) as company:
        preview = company.preview(FACT)
        assert isinstance(preview, Preview)
        fields = {field.field: field.after for row in preview.rows for field in row.fields}
        assert (fields["zzgross"], fields["zzchan"], fields["zzday"]) == ("60.00", "PAYTRACE", "2026-11-20")
        (posted,) = company.post([FACT])
        assert isinstance(posted, Posted)
    key = FACT.key
    with site.open(profile(site)) as company:
        back = ReversalFact(key=key.reversal, reverses=key, reversed_on=date(2026, 11, 22), reason="voided")
        (answer,) = company.post([back])
        assert isinstance(answer, Posted), answer
    first, counter = site.read(TableName.CASH)
    assert (first["zzgross"], counter["zzgross"]) == (Decimal(60), Decimal(-60))
    assert (first["zzchan"], counter["zzchan"]) == ("PAYTRACE", "PAYTRACE")
    assert site.findings() == []


def test_a_value_that_does_not_fit_is_refused_and_nothing_is_written(customised: Site) -> None:
    site = customised
    before = site.contents()
    with site.open(profile(site, "\nadded_columns: {arcash: {zzchan: {from: summary}}}\n")) as company:
        (answer,) = company.post([FACT])
    assert isinstance(answer, Refused)
    assert "arcash01.zzchan" in answer.why
    assert site.contents() == before


@pytest.mark.parametrize(
    ("column", "why"),
    [("{zznone: {value: a}}", "zznone is not there"), ("{zzgross: {value: a}}", "cannot hold a text")],
)
def test_a_column_that_is_not_there_or_unfit_stops_the_start(customised: Site, column: str, why: str) -> None:
    text = f"\nadded_columns: {{arcash: {column}}}\n"
    with pytest.raises(ConfigurationError, match=why):
        customised.open(profile(customised, text))
