"""Domain values as JSON and back: step results, the agent's wire format, the posting ledger.

Amounts, dates and identifiers are strings. A member of a union carries its word under ``type``. Reading
is strict: an unknown field or a number where digits as text belong is refused, because a field that one
side does not know could mean money.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final, Generic, TypeVar

import msgspec

from counterfoil.domain.cash_application import Applied
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
from counterfoil.domain.receipt import Decision, NoMoney
from counterfoil.domain.review import Hold
from counterfoil.ports.changes import Change, ChangesAnswer, LostUpdate, Notice, Page, StartOver
from counterfoil.ports.erp import (
    AlreadyPosted,
    Busy,
    Changed,
    Conflict,
    HandedOver,
    KeyedByHand,
    Posted,
    PostingAnswer,
    Preview,
    PreviewAnswer,
    Refused,
)
from counterfoil.ports.errors import EncodingError

T = TypeVar("T")

_TYPE = "type"


def encode(value: object) -> dict[str, Any]:
    """A frozen dataclass as a JSON object: only dicts, lists, strings, ints, booleans and None."""
    encoded: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(_with_words(value)))
    return encoded


def decode(kind: type[T], body: object) -> T:
    """A value from a JSON object as `encode` makes it; fields with defaults may be absent.

    Raises:
        EncodingError: a field is missing, unknown, of another type, or breaks the value's own rules.
    """
    try:
        value = msgspec.convert(body, kind, dec_hook=_read_part)
        understood = encode(value)
    except (msgspec.ValidationError, UnicodeEncodeError) as error:
        raise EncodingError(f"not a {kind.__name__}: {error}") from error
    _refuse_strangers(body, understood, kind.__name__)
    return value


class Kinds(Generic[T]):
    """A closed set of types told apart by the word under ``type``."""

    def __init__(self, kinds: Mapping[str, type[T]]) -> None:
        self._kinds = dict(kinds)
        self._words = {kind: word for word, kind in kinds.items()}

    @property
    def members(self) -> Mapping[str, type[T]]:
        """Each type by its word."""
        return self._kinds

    def word(self, value: T) -> str:
        return self._words[type(value)]

    def encode(self, value: T) -> dict[str, Any]:
        return {_TYPE: self.word(value), **encode(value)}

    def decode(self, body: object) -> T:
        """The value whose word stands under ``type``.

        Raises:
            EncodingError: the word is missing or unknown, or the rest does not fit it.
        """
        word = body.get(_TYPE) if isinstance(body, dict) else None
        if not isinstance(body, dict) or not isinstance(word, str) or word not in self._kinds:
            raise EncodingError(f"type is {word!r}, not one of {', '.join(self._kinds)}")
        return decode(self._kinds[word], {name: part for name, part in body.items() if name != _TYPE})


def _with_words(value: object) -> object:
    """A fact inside another value carries its word, because nothing else there tells what it is."""
    match value:
        case Posted():
            return {part.name: getattr(value, part.name) for part in fields(value)} | {
                "fact": FACT.encode(value.fact)
            }
        case AlreadyPosted():
            return {"first": _with_words(value.first)}
        case Page():
            words = {part.name: getattr(value, part.name) for part in fields(value)}
            return words | {"notices": [NOTICE.encode(one) for one in value.notices]}
        case _:
            return value


def _read_part(kind: type[Any], body: object) -> object:
    """A fact or a notice by its word; what may be anything stays as it came."""
    if kind is Fact:
        return FACT.decode(body)
    return NOTICE.decode(body) if kind is Notice else body


def _refuse_strangers(body: object, known: object, path: str) -> None:
    """Compares what was given with what was understood."""
    if isinstance(body, dict) and isinstance(known, dict):
        for name, part in body.items():
            if name not in known:
                raise EncodingError(f"{path}: unknown field {name!r}")
            _refuse_strangers(part, known[name], f"{path}.{name}")
    elif isinstance(body, list | tuple) and isinstance(known, list):
        for index, (part, understood) in enumerate(zip(body, known, strict=True)):
            _refuse_strangers(part, understood, f"{path}[{index}]")
    elif type(body) is not type(known):
        raise EncodingError(f"{path}: {type(body).__name__} where {type(known).__name__} belongs")


FACT: Final[Kinds[Fact]] = Kinds(
    {
        "receipt": ReceiptFact,
        "unidentified_receipt": UnidentifiedReceiptFact,
        "refund": RefundFact,
        "credit_memo": CreditMemoFact,
        "chargeback": ChargebackFact,
        "chargeback_fee": ChargebackFeeFact,
        "chargeback_outcome": ChargebackOutcomeFact,
        "settlement": SettlementFact,
        "credit_application": CreditApplicationFact,
        "order": SalesOrderFact,
        "payment_note": PaymentNoteFact,
        "customer": CustomerFact,
        "delivery_address": ShipToFact,
        "reversal": ReversalFact,
    }
)

POSTING_ANSWER: Final[Kinds[PostingAnswer]] = Kinds(
    {
        "posted": Posted,
        "already_posted": AlreadyPosted,
        "handed_over": HandedOver,
        "busy": Busy,
        "changed": Changed,
        "conflict": Conflict,
        "keyed_by_hand": KeyedByHand,
        "refused": Refused,
    }
)

PREVIEW_ANSWER: Final[Kinds[PreviewAnswer]] = Kinds(
    {"preview": Preview, "changed": Changed, "keyed_by_hand": KeyedByHand, "refused": Refused}
)

DECISION: Final[Kinds[Decision]] = Kinds({"applied": Applied, "no_money": NoMoney, "hold": Hold})

NOTICE: Final[Kinds[Notice]] = Kinds({"change": Change, "lost_update": LostUpdate})

CHANGES_ANSWER: Final[Kinds[ChangesAnswer]] = Kinds({"page": Page, "start_over": StartOver})
