"""Request bodies of any wire: numbers and text are taken alike, unknown fields are let be."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import msgspec

from counterfoil.sandbox.paytrace.amounts import parse_cents
from counterfoil.sandbox.paytrace.cards import mask_numbers
from counterfoil.sandbox.paytrace.outcomes import Reason, Refused

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

    def over(self, defaults: Mapping[str, object]) -> Body:
        """The same body with defaults for what the client left out."""
        return Body(
            {**defaults, **{name: value for name, value in self._fields.items() if value is not None}}
        )

    def part(self, name: str) -> Body:
        """A nested object; an empty one where there is none."""
        value = self._fields.get(name)
        return Body(value if isinstance(value, dict) else {})

    def parts(self, name: str) -> list[Body]:
        """A list of nested objects; what is not one is left out."""
        value = self._fields.get(name)
        return [Body(each) for each in value if isinstance(each, dict)] if isinstance(value, list) else []

    def texts(self, name: str) -> list[str]:
        """A list of texts, or one text with commas between them."""
        value = self._fields.get(name)
        listed = value if isinstance(value, list) else self.raw(name).split(",")
        return [mask_numbers(str(each).strip()) for each in listed if str(each).strip()]

    def raw(self, name: str) -> str:
        """A field as text, kept nowhere: the only way to a card number, a security code or a password."""
        value = self._fields.get(name)
        if isinstance(value, Decimal):
            return f"{value:f}"
        return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""

    def text(self, name: str) -> str:
        """A field as text that may be stored: card numbers in it are masked."""
        return mask_numbers(self.raw(name))

    def stated(self, name: str) -> str | None:
        """The same, or None where the client left it out."""
        return self.text(name) if self.has(name) else None

    def is_true(self, name: str) -> bool:
        """Whether a switch is on, as JSON or as the text that a form sends."""
        value = self._fields.get(name)
        return value is True or str(value).strip().lower() in {"true", "1", "y", "yes", "on"}

    def cents(self, name: str) -> int | None:
        return parse_cents(self._fields.get(name))

    def number(self, name: str) -> int:
        """An id sent as number or text; 0, which nothing has, for anything else."""
        text = self.raw(name).strip()
        is_id = text.isascii() and text.isdigit() and len(text) <= _ID_DIGITS_MAX
        return int(text) if is_id else 0

    def amount(self, *, is_zero_allowed: bool) -> int | Refused:
        cents = self.cents("amount")
        if cents is None or (cents == 0 and not is_zero_allowed):
            return Refused.of(Reason.AMOUNT)
        return cents

    def optional_amount(self) -> int | Refused | None:
        """An amount that may be left out; left out is None."""
        return self.amount(is_zero_allowed=False) if self.has("amount") else None
