"""The posting kinds, as people name them: each is checked, calibrated and trusted on its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from counterfoil.domain.facts.chargeback import ChargebackFact
from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.facts.receipt import ReceiptFact
from counterfoil.domain.facts.refund import RefundFact, RefundMeaning
from counterfoil.domain.facts.reversal import ReversalFact
from counterfoil.domain.payment import Tender
from counterfoil.ports.encoding import FACT

ON_INVOICES, ON_ACCOUNT, OVERPAYMENT = "receipt on invoices", "payment on account", "overpayment"
DISCOUNT, WRITE_OFF, SURCHARGE = "receipt with discount", "receipt with write-off", "receipt with surcharge"
DEPOSIT, IDENTIFICATION = "deposit on an order", "identification of a receipt"
REFUNDS: Mapping[RefundMeaning, str] = {
    RefundMeaning.OPEN_CREDIT: "refund of an open credit",
    RefundMeaning.CREDIT_MEMO: "refund with a credit memo",
    RefundMeaning.REOPEN: "refund that re-opens an invoice",
}
CHARGEBACK = "chargeback"


def _surcharged(kind: str) -> str:
    """Money back with a surcharge writes rows of its own for it."""
    return f"{kind} with surcharge"


def _receipt(fact: ReceiptFact) -> tuple[str, ...]:
    parts = fact.applications
    found = {
        DEPOSIT: fact.deposit_on is not None,
        IDENTIFICATION: fact.identification is not None,
        OVERPAYMENT: bool(parts) and fact.on_account.is_positive and fact.deposit_on is None,
        DISCOUNT: any(part.discount is not None for part in parts),
        WRITE_OFF: any(part.write_off is not None for part in parts),
        SURCHARGE: fact.surcharge is not None,
    }
    rest = ON_INVOICES if parts else ON_ACCOUNT
    return tuple(kind for kind, is_so in found.items() if is_so) or (rest,)


def _refund(fact: RefundFact) -> tuple[str, ...]:
    kind = REFUNDS[fact.meaning]
    return (kind if fact.surcharge is None else _surcharged(kind),)


def _chargeback(fact: ChargebackFact) -> tuple[str, ...]:
    return (CHARGEBACK if fact.surcharge is None else _surcharged(CHARGEBACK),)


_CASES: Mapping[str, tuple[tuple[str, ...], Callable[[Any], tuple[str, ...]]]] = {
    "receipt": (
        (ON_INVOICES, ON_ACCOUNT, OVERPAYMENT, DISCOUNT, WRITE_OFF, SURCHARGE, DEPOSIT, IDENTIFICATION),
        _receipt,
    ),
    "refund": ((*REFUNDS.values(), *map(_surcharged, REFUNDS.values())), _refund),
    "chargeback": ((CHARGEBACK, _surcharged(CHARGEBACK)), _chargeback),
}
"""Facts whose postings differ so much that one proves nothing of another; all others are one kind each."""

_REVERSAL = "reversal"
_FINAL = frozenset({_REVERSAL, "customer", "delivery_address"})
"""Words of facts that are never taken back, so that there is no reversal of them."""


def reversal_of(kind: str) -> str:
    """What takes back a posting of the kind: a void proves nothing of what it did not take back."""
    return f"{_REVERSAL} of {kind}"


def taken_back(kind: str) -> str:
    """What a reversal takes back; another kind itself."""
    return kind.removeprefix(reversal_of(""))


_FILES = ("settlement", "chargeback fee")
FILES_ALONE = frozenset({*_FILES, *map(reversal_of, _FILES)})
"""Kinds that write no table, so that there is nothing in Sage Pro to calibrate them by."""


_UNSEEN = (
    SURCHARGE,
    DEPOSIT,
    IDENTIFICATION,
    "unidentified receipt",
    *REFUNDS.values(),
    *map(_surcharged, REFUNDS.values()),
    CHARGEBACK,
    _surcharged(CHARGEBACK),
    "chargeback outcome",
    "payment note",
)
UNSEEN = frozenset({*_UNSEEN, *map(reversal_of, _UNSEEN)})
"""Kinds of which no source tells that Sage Pro writes them by a function of its own (assumed).

Where a site has a way to key one, it is compared like any other; where it has none, a named person's word
stands for it.
"""


def kinds_of(fact: Fact, undone: Fact | None = None) -> tuple[str, ...]:
    """The kinds that a fact's posting is of: one, or several that came together.

    A reversal is of the kinds of what it takes back, which is `undone`.
    """
    if isinstance(fact, ReversalFact):
        return tuple(map(reversal_of, kinds_of(undone))) if undone is not None else ()
    word = FACT.word(fact)
    return _CASES[word][1](fact) if word in _CASES else (_named(word),)


def beneath(fact: Fact, undone: Fact | None = None) -> tuple[str, ...]:
    """What a posting of an unseen kind writes beside, and Sage Pro itself writes too: the receipt.

    Whoever vouches for a surcharge, a deposit or an identification did not see the receipt that bears it.
    """
    if isinstance(fact, ReversalFact):
        return tuple(map(reversal_of, beneath(undone))) if undone is not None else ()
    if not isinstance(fact, ReceiptFact):
        return ()
    return (ON_INVOICES if fact.applications else ON_ACCOUNT,)


def kinds() -> tuple[str, ...]:
    """All posting kinds."""
    return tuple(kind for word in FACT.members for kind in kinds_of_word(word))


def kinds_of_word(word: str) -> tuple[str, ...]:
    """The kinds that facts of a word may be of."""
    if word == _REVERSAL:
        others = (kind for other in FACT.members if other not in _FINAL for kind in kinds_of_word(other))
        return tuple(map(reversal_of, others))
    return _CASES[word][0] if word in _CASES else (_named(word),)


def word_of(kind: str) -> str:
    """The word of the facts whose postings are of the kind."""
    return next(word for word in FACT.members if kind in kinds_of_word(word))


def tenders_of(kind: str) -> tuple[Tender | None, ...]:
    """By which tenders the kind moves money; None alone where it moves none."""
    fact = FACT.members[word_of(kind)]
    moves_money = is_dataclass(fact) and any(field.name == "tender" for field in fields(fact))
    return tuple(Tender) if moves_money else (None,)


def _named(word: str) -> str:
    return word.replace("_", " ")
