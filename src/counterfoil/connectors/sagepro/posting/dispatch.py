"""Which plan belongs to which fact."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from counterfoil.connectors.sagepro.operations import Append, Plan
from counterfoil.connectors.sagepro.posting.chargeback import (
    plan_chargeback,
    plan_chargeback_fee,
    plan_chargeback_outcome,
)
from counterfoil.connectors.sagepro.posting.credit_application import plan_credit_application
from counterfoil.connectors.sagepro.posting.credit_memo import plan_credit_memo
from counterfoil.connectors.sagepro.posting.customer import plan_customer, plan_ship_to
from counterfoil.connectors.sagepro.posting.desk import Answer, Desk, NoNumberError
from counterfoil.connectors.sagepro.posting.note import plan_note
from counterfoil.connectors.sagepro.posting.receipt import plan_receipt
from counterfoil.connectors.sagepro.posting.refund import plan_refund
from counterfoil.connectors.sagepro.posting.reversal import plan_reversal
from counterfoil.connectors.sagepro.posting.sales_order import plan_sales_order
from counterfoil.connectors.sagepro.posting.settlement import plan_settlement
from counterfoil.connectors.sagepro.posting.standing import standing_objection
from counterfoil.connectors.sagepro.posting.unidentified import plan_unidentified
from counterfoil.connectors.sagepro.records import TableName
from counterfoil.domain.facts.chargeback import ChargebackFact, ChargebackFeeFact, ChargebackOutcomeFact
from counterfoil.domain.facts.credit_application import CreditApplicationFact
from counterfoil.domain.facts.credit_memo import CreditMemoFact
from counterfoil.domain.facts.customer import CustomerFact, ShipToFact
from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.facts.note import PaymentNoteFact
from counterfoil.domain.facts.receipt import ReceiptFact
from counterfoil.domain.facts.refund import RefundFact
from counterfoil.domain.facts.reversal import ReversalFact
from counterfoil.domain.facts.sales_order import SalesOrderFact
from counterfoil.domain.facts.settlement import SettlementFact
from counterfoil.domain.facts.unidentified import UnidentifiedReceiptFact
from counterfoil.ports.erp import Refused

_POSTING_DAYS = {TableName.CASH: "paid_on", TableName.DISTRIBUTIONS: "posted_on"}
"""Which column of a new row tells the period that it falls into."""

PLANS: Mapping[type[Fact], Callable[[Any, Desk], Answer]] = {
    ReceiptFact: plan_receipt,
    UnidentifiedReceiptFact: plan_unidentified,
    RefundFact: plan_refund,
    CreditMemoFact: plan_credit_memo,
    ChargebackFact: plan_chargeback,
    ChargebackFeeFact: plan_chargeback_fee,
    ChargebackOutcomeFact: plan_chargeback_outcome,
    SettlementFact: plan_settlement,
    CreditApplicationFact: plan_credit_application,
    SalesOrderFact: plan_sales_order,
    PaymentNoteFact: plan_note,
    CustomerFact: plan_customer,
    ShipToFact: plan_ship_to,
    ReversalFact: plan_reversal,
}


def plan(fact: Fact, desk: Desk) -> Answer:
    """The rows that make the fact true, or why there are none.

    A further generation of a key opens only once the one before was taken back.
    """
    former = fact.key.former
    if former is not None and desk.entry(former.reversal) is None:
        return Refused(key=fact.key, why=f"{former} stands in the books: reverse it first")
    standing = standing_objection(fact, desk)
    if standing is not None:
        return standing
    try:
        answer = PLANS[type(fact)](fact, desk)
    except NoNumberError as error:
        return Refused(key=fact.key, why=str(error))
    return _held(answer, desk) or answer


def _held(answer: Answer, desk: Desk) -> Refused | None:
    """A posting into a locked period waits for a person; it is never moved to another day."""
    locked = desk.profile.locked_through
    if locked is None or not isinstance(answer, Plan):
        return None
    rows = (
        one.values.get(_POSTING_DAYS[one.table])
        for one in answer.operations
        if isinstance(one, Append) and one.table in _POSTING_DAYS
    )
    days = (*rows, *(journal.posted_on for journal in answer.journals))
    day = min((day for day in days if isinstance(day, date) and day <= locked), default=None)
    if day is None:
        return None
    why = f"it would be posted on {day}, and the profile's periods are locked through {locked}"
    return Refused(key=answer.key, why=f"{why}: open the period or post it by hand", period_locked=True)
