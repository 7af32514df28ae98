from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.domain.consent import (
    Consent,
    ConsentScope,
    NotAllowed,
    SavedMethod,
    Unattended,
    judge_unattended,
)
from counterfoil.domain.identifiers import CustomerNumber, InvoiceNumber
from counterfoil.domain.money import Money

TODAY = date(2026, 11, 26)
CONSENT = Consent(
    by="Ann Lee",
    at=datetime(2026, 11, 1, tzinfo=UTC),
    text="I agree.",
    scope=ConsentScope.OPEN_INVOICES,
    amount_max=Money.of("100.00", "USD"),
    until=date(2026, 12, 31),
)
METHOD = SavedMethod(
    reference="v1", customer=CustomerNumber("ABC"), last_four="5439", expires="2026-11", consent=CONSENT
)
CHARGE = Unattended(
    reference="v1",
    customer=CustomerNumber("ABC"),
    invoice=InvoiceNumber("1001"),
    amount=Money.of("100.00", "USD"),
)
ONE = replace(CONSENT, scope=ConsentScope.ONE_INVOICE, invoice=InvoiceNumber("1001"))


def why(method: SavedMethod | None, charge: Unattended = CHARGE, today: date = TODAY) -> str:
    found = judge_unattended(method, charge, today)
    return found.why if isinstance(found, NotAllowed) else ""


def test_what_the_payer_agreed_to_is_allowed() -> None:
    assert why(METHOD) == ""
    assert why(replace(METHOD, consent=ONE)) == ""
    assert why(replace(METHOD, expires="")) == ""


@pytest.mark.parametrize("method", [None, replace(METHOD, consent=None), replace(METHOD, reference="v2")])
def test_without_consent_nothing_is_allowed(method: SavedMethod | None) -> None:
    assert why(method) == "no payment method is saved with the payer's consent"


@pytest.mark.parametrize(
    ("method", "charge", "today", "told"),
    [
        (METHOD, replace(CHARGE, customer=CustomerNumber("XYZ")), TODAY, "is customer ABC's, not XYZ's"),
        (METHOD, CHARGE, date(2026, 12, 1), "ending in 5439 expired in 2026-11"),
        (replace(METHOD, expires=""), CHARGE, date(2027, 1, 1), "ended on 2026-12-31"),
        (replace(METHOD, consent=replace(CONSENT, withdrawn=True)), CHARGE, TODAY, "Ann Lee withdrew"),
        (METHOD, replace(CHARGE, amount=Money.of("100.01", "USD")), TODAY, "at most 100.00 USD"),
        (METHOD, replace(CHARGE, amount=Money.of("1.00", "EUR")), TODAY, "at most 100.00 USD"),
        (
            replace(METHOD, consent=ONE),
            replace(CHARGE, invoice=InvoiceNumber("1002")),
            TODAY,
            "for invoice 1001, not 1002",
        ),
    ],
)
def test_what_goes_beyond_the_consent_is_not_allowed(
    method: SavedMethod, charge: Unattended, today: date, told: str
) -> None:
    assert told in why(method, charge, today)


@given(st.decimals("0.01", "1000", places=2), st.dates(date(2026, 1, 1), date(2027, 12, 31)))
def test_nothing_above_the_limit_and_nothing_after_the_last_day_is_ever_allowed(
    amount: object, today: date
) -> None:
    charge = replace(CHARGE, amount=Money.of(str(amount), "USD"))
    if judge_unattended(METHOD, charge, today) is None:
        assert charge.amount <= Money.of("100.00", "USD")
        assert f"{today:%Y-%m}" <= METHOD.expires
