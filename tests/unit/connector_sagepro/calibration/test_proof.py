"""A proof does not outlive what was proven."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from counterfoil.connectors.sagepro.calibration.file import Calibration, KindSeen
from counterfoil.connectors.sagepro.calibration.proof import proofs
from counterfoil.connectors.sagepro.calibration.rules import posting_digest
from counterfoil.connectors.sagepro.profile import parse_profile
from tests.support.sagepro_books import PROFILE_TEXT

KIND, STRUCTURES = "receipt on invoices", {"arcash": "a", "somast": "b"}
BEFORE = parse_profile(PROFILE_TEXT)


def stale(now: str, posting: str) -> tuple[str, ...]:
    seen = KindSeen(
        fact="a receipt",
        by="Ann Lee",
        compared_at=datetime(2026, 3, 2, tzinfo=UTC),
        program="1",
        structures=STRUCTURES,
        posting=posting,
    )
    calibration = Calibration(company="01", kinds={KIND: seen})
    return proofs(calibration, STRUCTURES, parse_profile(now))[KIND].stale


@pytest.mark.parametrize(
    "more",
    [
        "columns: {arcash: {reference: checkno}}",
        "added_columns: {arcash: {site: {value: A}}}",
        "discounts: in_paid",
        'codes: {open_credit: ["P"]}',
        "notes: {somast: {column: paystat}}",
        "posting_date: batch",
        "orders: {tax_in_amount: true}",
    ],
)
def test_a_proof_ends_when_the_profile_has_other_rows_written(more: str) -> None:
    (why,) = stale(f"{PROFILE_TEXT}\n{more}\n", posting_digest(BEFORE, STRUCTURES))
    assert "calibrated on 2026-03-02: calibrate it again" in why


def test_a_proof_ends_when_an_account_is_another() -> None:
    now = PROFILE_TEXT.replace("card: 1050-000", "card: 1052-000")
    assert stale(now, posting_digest(BEFORE, STRUCTURES))


@pytest.mark.parametrize(
    "more",
    ["", "notes: {armast: {column: paystat}}", "columns: {armast: {reference: refer}}", "by_hand_days: 3"],
)
def test_a_proof_lasts_while_nothing_changes_that_its_rows_are_made_of(more: str) -> None:
    assert stale(f"{PROFILE_TEXT}\n{more}\n", posting_digest(BEFORE, STRUCTURES)) == ()


def test_a_calibration_from_before_the_digests_proves_nothing() -> None:
    assert stale(PROFILE_TEXT, "")
