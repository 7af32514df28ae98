"""Request bodies of the v1 wire: numbers and text are taken alike, unknown fields are let be."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import msgspec

from counterfoil.sandbox.paytrace.amounts import parse_cents
from counterfoil.sandbox.paytrace.cards import Card, mask_numbers, read_card
from counterfoil.sandbox.paytrace.outcomes import Reason, Refusal, Refused
from counterfoil.sandbox.paytrace.rows import Address, Details
from counterfoil.sandbox.paytrace.vault import Profile

# Numbers keep their digits; binary floating point never sees an amount.
_DECODER = msgspec.json.Decoder(float_hook=Decimal)

_ID_DIGITS_MAX = 15


class Body:
    """One JSON object as the client sent it."""

    def __init__(self, fields: Mapping[str, object]) -> None:
        self._fields = fields

    @classmethod
    def decode(cls, raw: bytes) -> Body | None:
        """The body, or None for what is not a JSON object; an empty body is an empty object."""
        if not raw.strip():
            return cls({})
        try:
            decoded = _DECODER.decode(raw)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return None
        return cls(decoded) if isinstance(decoded, dict) else None

    def has(self, name: str) -> bool:
        return self._fields.get(name) is not None

    def part(self, name: str) -> Body:
        """A nested object; an empty one where there is none."""
        value = self._fields.get(name)
        return Body(value if isinstance(value, dict) else {})

    def raw(self, name: str) -> str:
        """A field as text, kept nowhere: the only way to a card number, a security code or a password."""
        value = self._fields.get(name)
        if isinstance(value, Decimal):
            return f"{value:f}"
        return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""

    def text(self, name: str) -> str:
        """A field as text that may be stored: card numbers in it are masked."""
        return mask_numbers(self.raw(name))

    def cents(self, name: str) -> int | None:
        return parse_cents(self._fields.get(name))

    def transaction_id(self) -> int:
        """The transaction id sent as number or text; 0, which no transaction has, for anything else."""
        text = self.raw("transaction_id").strip()
        is_id = text.isascii() and text.isdigit() and len(text) <= _ID_DIGITS_MAX
        return int(text) if is_id else 0

    def card(self) -> Card | tuple[Refusal, ...]:
        card = self.part("credit_card")
        return read_card(
            card.raw("number").strip(),
            card.raw("expiration_month").strip(),
            card.raw("expiration_year").strip(),
            self.raw("csc").strip(),
        )

    def amount(self, *, is_zero_allowed: bool) -> int | Refused:
        cents = self.cents("amount")
        if cents is None or (cents == 0 and not is_zero_allowed):
            return Refused.of(Reason.AMOUNT)
        return cents

    def optional_amount(self) -> int | Refused | None:
        """An amount that may be left out; left out is None."""
        return self.amount(is_zero_allowed=False) if self.has("amount") else None

    def address(self, name: str) -> Address:
        part = self.part(name)
        return Address(**{field: part.text(field) for field in Address.__struct_fields__})

    def details(self) -> Details:
        tax_cents = self.cents("tax_amount")
        return Details(
            invoice_id=self.text("invoice_id"),
            description=self.text("description"),
            tax_amount="" if tax_cents is None else f"{Decimal(tax_cents).scaleb(-2)}",
            customer_reference_id=self.text("customer_reference_id"),
            customer_id=self.text("customer_id"),
            email=self.text("email"),
            billing=self.address("billing_address"),
            shipping=self.address("shipping_address"),
        )

    def profile(self) -> Profile:
        return Profile(
            billing=self.address("billing_address") if self.has("billing_address") else None,
            shipping=self.address("shipping_address") if self.has("shipping_address") else None,
            email=self._stated("email"),
            phone=self._stated("phone"),
            fax=self._stated("fax"),
        )

    def _stated(self, name: str) -> str | None:
        return self.text(name) if self.has(name) else None
