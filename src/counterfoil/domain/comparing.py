"""What the gateway tells of a day beside what stands in the books: compared, and nothing is changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from enum import Enum

from counterfoil.domain.cut_over import judge_start
from counterfoil.domain.money import Money
from counterfoil.domain.payment import Payment
from counterfoil.domain.receipt import judge_no_money
from counterfoil.domain.review import Hold, ReviewKind, listed
from counterfoil.domain.settlement import counted


class DifferenceKind(Enum):
    """How gateway and books disagree about a payment or refund."""

    NOT_IN_BOOKS = "not_in_books"
    NOT_AT_GATEWAY = "not_at_gateway"
    """It stands in the books, and the gateway does not tell it as money."""
    OTHER_AMOUNT = "other_amount"
    ASKED = "asked"
    """A person was asked about it and has not answered."""
    UNREADABLE = "unreadable"
    """The gateway's record of it cannot be read."""


class Question(Enum):
    """Whether a person was asked about a payment or refund."""

    NONE = "none"
    OPEN = "open"
    CLOSED = "closed"
    """Somebody dealt with it by hand, which nothing here can see."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One payment or refund about which gateway and books disagree."""

    transaction: str
    kind: DifferenceKind
    amount: Money | None
    """By how much; None where nobody can say."""
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One payment or refund: how the gateway tells it last, and what stands in the books."""

    payment: Payment
    is_reported: bool
    """Whether the gateway's own report has it, or is not of its day."""
    posted: Money | None
    """The amount with which it stands in the books; None where it does not."""
    question: Question = Question.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a connection says of which payments count."""

    zone: tzinfo
    start: datetime
    ach_when_captured: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What came of comparing a day."""

    day: date
    in_books: int
    """Payments and refunds that stand in the books as the gateway tells them."""
    by_hand: int
    """Those that a person was asked about and dealt with."""
    differences: tuple[Difference, ...]

    @property
    def summary(self) -> str:
        by_hand = f", {self.by_hand} dealt with by a person" if self.by_hand else ""
        books = f"{counted(self.in_books, 'payment or refund', 'payments and refunds')} in the books{by_hand}"
        if not self.differences:
            return f"{self.day}: {books}, no difference"
        return f"{self.day}: {books}, {counted(len(self.differences), 'difference')}{self._of}"

    @property
    def question(self) -> Hold:
        """All differences in one question, the list bounded."""
        number = counted(len(self.differences), "difference")
        return Hold(
            kind=ReviewKind.DIFFERENCE,
            title=f"{self.day}: {number} between gateway and books{self._of}",
            why=f"{self.summary}: {listed([one.why for one in self.differences])}. Nothing was changed",
        )

    @property
    def _of(self) -> str:
        """What the differences come to, each currency by itself."""
        sums: dict[str, Money] = {}
        for one in self.differences:
            if one.amount is not None:
                currency = one.amount.currency
                sums[currency] = sums.get(currency, Money.zero(currency)) + one.amount
        return f" of {' and '.join(map(str, sums.values()))}" if sums else ""


def compare_day(day: date, sightings: Sequence[Sighting], unread: Sequence[str], terms: Terms) -> Comparison:
    """Compares what was seen of a day; `unread` are the transactions whose records cannot be read."""
    differences = [
        Difference(
            transaction=name,
            kind=DifferenceKind.UNREADABLE,
            amount=None,
            why=f"the gateway's record of {name} cannot be read",
        )
        for name in unread
    ]
    in_books = by_hand = 0
    for sighting in sightings:
        found = _difference(sighting, terms)
        if found is not None:
            differences.append(found)
        elif sighting.posted is not None:
            in_books += 1
        elif _counts(sighting.payment, terms):
            by_hand += 1
    return Comparison(day=day, in_books=in_books, by_hand=by_hand, differences=tuple(differences))


def _difference(seen: Sighting, terms: Terms) -> Difference | None:
    payment, posted = seen.payment, seen.posted
    if posted is not None:
        return _of_posted(seen, posted)
    if not _counts(payment, terms) or seen.question is Question.CLOSED:
        return None
    if seen.question is Question.OPEN:
        return _told(payment, DifferenceKind.ASKED, payment.amount, "waits for a person's answer")
    return _told(payment, DifferenceKind.NOT_IN_BOOKS, payment.amount, "is not in the books")


def _of_posted(seen: Sighting, posted: Money) -> Difference | None:
    payment = seen.payment
    if not payment.is_money:
        why = f"is {payment.status.value} at the gateway and stands in the books"
        return _told(payment, DifferenceKind.NOT_AT_GATEWAY, posted, why)
    if not seen.is_reported:
        why = "stands in the books, and the gateway's report of its day does not have it"
        return _told(payment, DifferenceKind.NOT_AT_GATEWAY, posted, why)
    if posted == payment.amount:
        return None
    apart = posted - payment.amount if posted.currency == payment.amount.currency else None
    apart = -apart if apart is not None and apart.amount < 0 else apart
    return _told(payment, DifferenceKind.OTHER_AMOUNT, apart, f"stands in the books with {posted}")


def _told(payment: Payment, kind: DifferenceKind, amount: Money | None, why: str) -> Difference:
    what = f"{payment.kind.value} {payment.transaction} of {payment.amount}"
    return Difference(transaction=payment.transaction, kind=kind, amount=amount, why=f"{what} {why}")


def _counts(payment: Payment, terms: Terms) -> bool:
    """Whether the books should have it."""
    nothing = judge_start(payment, terms.start) or judge_no_money(
        payment, ach_when_captured=terms.ach_when_captured
    )
    return nothing is None
