"""What a flow test says of charges: saved methods, charges begun before, and when and how much is charged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from typing import Any

from counterfoil.domain.charge_history import ChargeState, PastCharge
from counterfoil.domain.consent import Consent, ConsentScope, SavedMethod
from counterfoil.domain.due_charges import DuePolicy
from counterfoil.domain.identifiers import InvoiceNumber, MerchantId, TransactionId
from counterfoil.domain.money import Money
from counterfoil.domain.payment import Tender
from counterfoil.flows.document import Part
from counterfoil.ports.clock import Clock
from counterfoil.ports.gateway import GatewayRecords
from counterfoil.runtime.cashier import Account
from counterfoil.runtime.flow_testing.reading import Defaults, read_value
from counterfoil.runtime.memory.cashier import MemoryCashier

DAYS_MAX = 365
_CONSENT = Consent(
    by="a test",
    at=datetime(1990, 1, 1, tzinfo=UTC),
    text="Charge each invoice when it is due.",
    scope=ConsentScope.OPEN_INVOICES,
)
DAYS = {"due_days_before": "days_before", "due_days_after": "days_after", "due_days_between": "days_between"}
AMOUNTS = {"due_minimum": "minimum", "due_limit": "limit"}
DECLINES = "due_declines"
METHOD_DEFAULTS: Defaults = {"tender": Tender.CARD, "consent": _CONSENT}
"""A method is a card, and each open invoice may be charged to it, where nothing else is said."""
POLICY_ENTRIES = (*DAYS, *AMOUNTS, DECLINES)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedCharge:
    """A charge that was begun for an invoice; their order is that of their numbers."""

    invoice: InvoiceNumber
    state: ChargeState
    on: date
    amount: Money | None = None
    reference: str = ""
    transaction: TransactionId | None = None
    why: str = ""


def read_policy(parts: Mapping[str, Part]) -> DuePolicy:
    """The entries of `site` that say when and how much is charged."""
    said: dict[str, Any] = {
        field: parts[name].number(0, DAYS_MAX) for name, field in DAYS.items() if name in parts
    }
    said |= {field: read_value(Decimal, parts[name]) for name, field in AMOUNTS.items() if name in parts}
    said |= {"declines": parts[DECLINES].number(1, DAYS_MAX)} if DECLINES in parts else {}
    return DuePolicy(**said)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """Where and when a test's charges are made."""

    connection: str
    merchant: MerchantId
    gateway: GatewayRecords
    clock: Clock
    zone: tzinfo


def stated_cashier(
    methods: Sequence[SavedMethod], charges: Sequence[StatedCharge], counter: Counter, policy: DuePolicy
) -> MemoryCashier:
    begun: dict[InvoiceNumber, list[PastCharge]] = {}
    for each in charges:
        known = begun.setdefault(each.invoice, [])
        known.append(
            PastCharge(
                number=len(known) + 1,
                state=each.state,
                on=each.on,
                amount=each.amount,
                reference=each.reference,
                transaction=each.transaction,
                why=each.why,
            )
        )
    account = Account(connection=counter.connection, merchant=counter.merchant, gateway=counter.gateway)
    return MemoryCashier(
        calendar=lambda: counter.clock.now().astimezone(counter.zone).date(),
        policy=policy,
        accounts=(account,),
        saved=tuple(methods),
        charges=begun,
    )
