"""Bank accounts: read from a request, judged, and reduced to what may be kept."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from counterfoil.sandbox.paytrace.cards import CardSeal
from counterfoil.sandbox.paytrace.outcomes import Reason, Refusal
from counterfoil.sandbox.paytrace.rows import StoredAccount

_ACCOUNT = re.compile(r"[0-9]{4,17}")
_ROUTING = re.compile(r"[0-9]{9}")
_WEIGHTS = (3, 7, 1, 3, 7, 1, 3, 7, 1)


@dataclass(frozen=True, slots=True)
class BankAccount:
    """An account as keyed; lives only while its request does."""

    number: str = field(repr=False)
    routing: str
    kind: str

    def sealed(self, seal: CardSeal) -> StoredAccount:
        return StoredAccount(
            digest=seal.digest(f"{self.routing}/{self.number}"),
            last_four=self.number[-4:],
            routing_last_four=self.routing[-4:],
            kind=self.kind,
        )


def read_account(number: str, routing: str, kind: str) -> BankAccount | tuple[Refusal, ...]:
    """The account, or everything that is wrong with it."""
    refusals = []
    if not _ACCOUNT.fullmatch(number):
        refusals.append(Refusal(Reason.ACCOUNT_NUMBER))
    if not is_routing_number(routing):
        refusals.append(Refusal(Reason.ROUTING_NUMBER))
    return tuple(refusals) if refusals else BankAccount(number, routing, kind or "Checking")


def is_routing_number(text: str) -> bool:
    """Whether the check digit of the banks' numbering is right."""
    if not _ROUTING.fullmatch(text) or text == "0" * 9:
        return False
    return sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, text, strict=True)) % 10 == 0
