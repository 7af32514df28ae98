"""Level 3 details: what was bought, line by line, told of a sale before it is settled."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum

import msgspec

from counterfoil.sandbox.paytrace.gateway import Gateway
from counterfoil.sandbox.paytrace.outcomes import Reason, Refusal, Refused
from counterfoil.sandbox.paytrace.rows import Kind, State
from counterfoil.sandbox.paytrace.shelf import Shelf


class Scheme(StrEnum):
    """The card networks that take such details, by the brand of their cards."""

    VISA = "Visa"
    MASTERCARD = "MasterCard"


class LevelThreeRow(msgspec.Struct, frozen=True, kw_only=True):
    """The details of one transaction as the client wrote them; a second telling replaces the first."""

    transaction_id: int
    scheme: Scheme
    fields: Mapping[str, str]
    lines: tuple[Mapping[str, str], ...]


# The fields that vendor help, a recorded client and an ERP integration name; others are let be.
AMOUNTS = (
    "tax_amount",
    "national_tax_amount",
    "discount_amount",
    "freight_amount",
    "duty_amount",
    "additional_tax_amount",
    "additional_tax_rate",
)
TEXTS = (
    "invoice_id",
    "customer_reference_id",
    "merchant_tax_id",
    "customer_tax_id",
    "commodity_code",
    "additional_tax_included",
)
LINE_AMOUNTS = (
    "additional_tax_amount",
    "additional_tax_rate",
    "amount",
    "discount_amount",
    "discount_rate",
    "quantity",
    "unit_cost",
)
LINE_TEXTS = (
    "additional_tax_included",
    "commodity_code",
    "debit_or_credit",
    "description",
    "discount_included",
    "merchant_tax_id",
    "product_id",
    "tax_included",
    "transaction_id",
    "unit_of_measure",
)

_NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,4})?")
_DEBIT_OR_CREDIT = frozenset({"", "D", "C"})


class LevelThree:
    """The details told of one merchant account's transactions."""

    def __init__(self, gateway: Gateway) -> None:
        self._ledger = gateway.ledger
        self._shelf = Shelf(gateway.ledger.documents, "level_three", LevelThreeRow)

    def find(self, transaction_id: int) -> LevelThreeRow | None:
        return self._shelf.get(str(transaction_id))

    def add(self, row: LevelThreeRow) -> LevelThreeRow | Refused:
        """Keeps the details of an approved transaction of the scheme that is not settled yet."""
        with self._ledger.changes():
            transaction = self._ledger.transaction(row.transaction_id)
            is_open = transaction is not None and transaction.state in {State.AUTHORIZED, State.PENDING}
            if transaction is None or not is_open or transaction.kind is Kind.REFUND:
                return Refused.of(Reason.TRANSACTION_ID)
            if transaction.card.brand != row.scheme.value:
                return Refused.of(Reason.LEVEL_THREE, f"Transaction ID of a {row.scheme.value} card")
            wrong = tuple(Refusal(Reason.LEVEL_THREE, name) for name in _wrong(row))
            if wrong:
                return Refused(wrong)
            self._shelf.put(str(row.transaction_id), row)
            return row


def _wrong(row: LevelThreeRow) -> Iterator[str]:
    """The known fields that no network could read."""
    yield from _no_numbers(row.fields, AMOUNTS)
    for line in row.lines:
        yield from _no_numbers(line, LINE_AMOUNTS)
        if line.get("debit_or_credit", "") not in _DEBIT_OR_CREDIT:
            yield "debit_or_credit"
    if not row.lines:
        yield "line_items"


def _no_numbers(fields: Mapping[str, str], names: tuple[str, ...]) -> Iterator[str]:
    return (name for name in names if name in fields and not _NUMBER.fullmatch(fields[name]))
