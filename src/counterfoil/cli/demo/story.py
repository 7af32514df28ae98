"""Plays the chapters: pays at the gateway, waits for the hub, and collects what became of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from counterfoil.cli.demo.hub import Hub, StoryStuckError
from counterfoil.cli.demo.plan import Act, Chapter, Expected
from counterfoil.cli.demo.shopper import Shopper

REPEATS = 50
CAPTURED = "payment.captured"


class Relay(Protocol):
    """Signs and sends a relay's notice of a transaction; returns the HTTP status."""

    def __call__(self, transaction: str) -> int: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """Who plays: the people at the gateway, the hub, the relay, and Counterfoil's own charge."""

    shopper: Shopper
    hub: Hub
    relay: Relay
    silent_post_path: str
    charge: Callable[[str, Decimal, str], str]
    """Charges a stored customer through Counterfoil's connector: vault customer, amount, invoice id."""

    @property
    def silent_post_url(self) -> str:
        return self.hub.url + self.silent_post_path


def play(chapter: Chapter, cast: Cast) -> list[dict[str, Any]]:
    """Plays what has not been played yet and returns the runs that the chapter shows."""
    match chapter.act:
        case Act.CHECKOUT | Act.TERMINAL | Act.STORED | Act.CHARGE:
            transaction = _once(chapter, 0, cast, _payments(chapter, cast))
            return [cast.hub.wait_for_run(transaction, kind_of(chapter))]
        case Act.THRICE:
            return _told_thrice(chapter, cast)
        case Act.TWO_STEPS:
            return _two_steps(chapter, cast)
        case Act.TOGETHER:
            return _together(chapter, cast)
        case Act.SETTLE:
            return _settle(cast)


def kind_of(chapter: Chapter) -> str:
    """The event that tells of the chapter's payment."""
    return "payment.failed" if chapter.expected is Expected.NO_MONEY else CAPTURED


Pay = Callable[[int], str]


def _payments(chapter: Chapter, cast: Cast) -> Pay:
    def pay(index: int) -> str:
        reference, amount = chapter.reference(index), chapter.amounts[index]
        invoice = chapter.invoices[index]
        if chapter.act is Act.STORED:
            return cast.shopper.charge_stored(reference, amount, chapter.vault)
        if chapter.act is Act.CHARGE:
            return cast.charge(chapter.vault, amount, invoice)
        if chapter.act is Act.TERMINAL:
            return cast.shopper.pay_at_terminal(reference, amount, invoice)
        if chapter.act is Act.TWO_STEPS:
            return cast.shopper.authorise(reference, amount, invoice)
        return cast.shopper.pay_at_checkout(reference, amount, invoice, cast.silent_post_url)

    return pay


def _once(chapter: Chapter, index: int, cast: Cast, pay: Pay) -> str:
    """Asks the gateway whether the payment was made in an earlier start, and makes it only if not."""
    charge = (chapter.vault, chapter.invoices[index]) if chapter.act is Act.CHARGE else ("", "")
    return cast.shopper.find(chapter.reference(index), *charge) or pay(index)


def _told_thrice(chapter: Chapter, cast: Cast) -> list[dict[str, Any]]:
    transaction = _once(chapter, 0, cast, _payments(chapter, cast))
    content = f"parmList=ORDERID%7E{chapter.reference(0)}%7CTRANSACTIONID%7E{transaction}%7C".encode()
    headers = {"content-type": "application/x-www-form-urlencoded"}
    with ThreadPoolExecutor(8) as pool:
        posts = [
            pool.submit(cast.hub.post_hint, cast.silent_post_path, content, headers) for _ in range(REPEATS)
        ]
        relays = [pool.submit(cast.relay, transaction) for _ in range(3)]
        refused = [f.result() for f in (*posts, *relays) if f.result() >= 300]  # noqa: PLR2004 - HTTP statuses
    if refused:
        raise StoryStuckError(f"the hub refused repeated hints with HTTP {sorted(set(refused))}")
    run = cast.hub.wait_for_run(transaction, CAPTURED)
    cast.hub.wait_until_quiet(transaction)
    return [run]


def _two_steps(chapter: Chapter, cast: Cast) -> list[dict[str, Any]]:
    transaction = _once(chapter, 0, cast, _payments(chapter, cast))
    first = cast.hub.wait_for_run(transaction, "payment.authorised")
    if not cast.shopper.is_captured(transaction):
        cast.shopper.capture(transaction)
    return [first, cast.hub.wait_for_run(transaction, CAPTURED)]


def _together(chapter: Chapter, cast: Cast) -> list[dict[str, Any]]:
    pay = _payments(chapter, cast)
    with ThreadPoolExecutor(len(chapter.amounts)) as pool:
        transactions = list(pool.map(lambda i: _once(chapter, i, cast, pay), range(len(chapter.amounts))))
    return [cast.hub.wait_for_run(transaction, CAPTURED) for transaction in transactions]


def _settle(cast: Cast) -> list[dict[str, Any]]:
    """Everything captured is paid out; the poll tells of each payment once more."""
    cast.shopper.settle()
    settled = [str(record["transaction_id"]) for record in cast.shopper.transactions() if _is_settled(record)]
    runs = [cast.hub.wait_for_run(transaction, "payment.settled") for transaction in settled]
    return runs[:1]


def _is_settled(record: dict[str, Any]) -> bool:
    return str(record["status_code"]).startswith("GB") and is_of_story(record)


def is_of_story(record: dict[str, Any]) -> bool:
    """The story's own payments bear its word, or were charged to its stored cards."""
    return str(record["description"]).startswith("demo-") or str(record["customer_id"]).startswith("vault-")


def transactions_of(records: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The gateway's records of the story's own payments."""
    return [record for record in records if is_of_story(record)]
