"""Pay links without a gateway: each is made once, and kept in memory."""

from __future__ import annotations

from dataclasses import dataclass, field

from typing_extensions import override

from counterfoil.domain.pay_links import PayLinkWish
from counterfoil.ports.effects import EffectState
from counterfoil.ports.hosted import NotMade, PayLink
from counterfoil.runtime.gateway_writes import OtherContent, Pending
from counterfoil.runtime.memory.cashier import CHARGED, DECLINED, HELD, OTHER, UNKNOWN
from counterfoil.runtime.pay_links import LinkOutcome, PayLinks
from counterfoil.runtime.sending import WritesHeld

_WHY = "as the test says"


@dataclass
class MemoryPayLinks(PayLinks):
    """Answers by its script, in the words for charges, then with a link."""

    script: list[str] = field(default_factory=list)
    asked: dict[tuple[str, str], tuple[PayLinkWish, LinkOutcome]] = field(default_factory=dict)
    """What was asked of the gateway, by invoice and amount."""

    @property
    @override
    def currency(self) -> str:
        return "USD"

    @override
    def begun(self, wish: PayLinkWish, *, run: str | None) -> LinkOutcome | None:
        known = self.asked.get(_place(wish))
        if known is None:
            return None
        first, outcome = known
        return outcome if first.email == wish.email else OtherContent(key=wish.invoice)

    @override
    def make(self, wish: PayLinkWish, *, run: str | None) -> LinkOutcome:
        word = self.script.pop(0) if self.script else CHARGED
        if word == HELD:
            return WritesHeld(why=_WHY)
        outcomes: dict[str, LinkOutcome] = {
            CHARGED: PayLink(id="L1", url=f"https://pay.example.com/{wish.invoice}"),
            DECLINED: NotMade(why=_WHY),
            UNKNOWN: Pending(state=EffectState.QUESTION, due_at=None, why=_WHY),
            OTHER: OtherContent(key=wish.invoice),
        }
        self.asked[_place(wish)] = (wish, outcomes[word])
        return outcomes[word]


def _place(wish: PayLinkWish) -> tuple[str, str]:
    return wish.invoice, str(wish.amount)
