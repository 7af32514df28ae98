"""What a tester can do, one request type each; every one answers with a sentence."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import msgspec

from counterfoil.sandbox.paytrace.amounts import parse_cents, render_dollars
from counterfoil.sandbox.paytrace.cards import mask_numbers
from counterfoil.sandbox.paytrace.checkout import is_silent_post_url
from counterfoil.sandbox.paytrace.control.controls import Controls
from counterfoil.sandbox.paytrace.disputes import DisputeError, Stage
from counterfoil.sandbox.paytrace.faults import Arming, FaultKind, Seeding
from counterfoil.sandbox.paytrace.posting import Forgery

Count = Annotated[int, msgspec.Meta(ge=1, le=1000)]
Part = Annotated[int, msgspec.Meta(ge=0, le=100_000)]
Percent = Annotated[int, msgspec.Meta(ge=0, le=100)]
Text = Annotated[str, msgspec.Meta(max_length=255)]
Number = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
_LAST = datetime(2200, 1, 1, tzinfo=UTC)
"""Where time ends here: the calendar of a computer does so later, in the midst of a night's work."""


class CommandError(ValueError):
    """A request that cannot be done; the text tells why."""


class Nothing(msgspec.Struct, frozen=True):
    """A command that needs no more words."""


class Advance(msgspec.Struct, frozen=True, kw_only=True):
    """How far the clock goes forward."""

    days: Part = 0
    hours: Part = 0
    minutes: Part = 0
    seconds: Part = 0


class ArmFault(msgspec.Struct, frozen=True, kw_only=True):
    """What goes wrong with the next calls, under a path if one is named."""

    kind: FaultKind
    times: Count = 1
    path: Text = ""


class SeedFaults(msgspec.Struct, frozen=True, kw_only=True):
    """Which share of calls goes wrong; without a kind each of its own."""

    seed: Text
    percent: Percent
    kind: FaultKind | None = None
    path: Text = ""


class RepeatPost(msgspec.Struct, frozen=True, kw_only=True):
    """A payment that is posted again."""

    transaction_id: Number
    times: Count = 1
    url: Text = ""


class ForgePost(msgspec.Struct, frozen=True, kw_only=True):
    """A post of a payment that never was."""

    order_id: Text
    transaction_id: Number
    url: Text = ""


class DelayPosts(msgspec.Struct, frozen=True, kw_only=True):
    """How late posts go out from now on; zero lets them go at once."""

    minutes: Part


class OpenChargeback(msgspec.Struct, frozen=True, kw_only=True):
    """A settled payment that the cardholder's bank takes back; without an amount all that is left."""

    transaction_id: Number
    amount: Text = ""
    reason: Text = "Goods not received"


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """One chargeback."""

    case: Number


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One thing to do, at a path under `/control/do/`."""

    path: str
    summary: str
    request: type[msgspec.Struct]
    run: Callable[[Controls, Any], Awaitable[str]]


async def advance(controls: Controls, asked: Advance) -> str:
    step = timedelta(days=asked.days, hours=asked.hours, minutes=asked.minutes, seconds=asked.seconds)
    if controls.gateway.now() + step > _LAST:
        raise CommandError(f"The clock does not go beyond the year {_LAST.year}.")
    controls.clock.advance(step)
    controls.nightly.catch_up()
    sent = await controls.posts.send_due()
    late = f" {sent} late posts went out." if sent else ""
    return f"The clock went forward by {step}.{late}"


async def stop_clock(controls: Controls, _: Nothing) -> str:
    controls.clock.stop()
    return "The clock stands still."


async def run_clock(controls: Controls, _: Nothing) -> str:
    controls.clock.run()
    return "The clock runs."


async def close_batch(controls: Controls, _: Nothing) -> str:
    number = controls.gateway.settle()
    return "Nothing is pending." if number is None else f"Batch GB{number} was settled."


async def arm_fault(controls: Controls, asked: ArmFault) -> str:
    controls.faults.arm(Arming(kind=asked.kind, times=asked.times, path=asked.path))
    return f"The next {asked.times} under {asked.path or 'any path'}: {asked.kind.value}."


async def seed_faults(controls: Controls, asked: SeedFaults) -> str:
    controls.faults.seed(Seeding(seed=asked.seed, percent=asked.percent, kind=asked.kind, path=asked.path))
    return f"{asked.percent} % of calls go wrong by seed {asked.seed}."


async def clear_faults(controls: Controls, _: Nothing) -> str:
    controls.faults.clear()
    return "No call goes wrong any more."


async def repeat_post(controls: Controls, asked: RepeatPost) -> str:
    sent = await controls.posts.repeat(asked.transaction_id, asked.times, _address(asked.url))
    if not sent:
        raise CommandError("There is no such transaction, or no address to post to: name one.")
    return f"Transaction {asked.transaction_id} was posted {sent} more times."


async def forge_post(controls: Controls, asked: ForgePost) -> str:
    url = _address(asked.url) or controls.gateway.settings.silent_post_url
    if not url:
        raise CommandError("There is no address to post to: name one.")
    forgery = Forgery(url=url, order_id=mask_numbers(asked.order_id), transaction_id=asked.transaction_id)
    await controls.posts.forge(forgery)
    return f"A payment {asked.transaction_id} that never was has been posted."


async def delay_posts(controls: Controls, asked: DelayPosts) -> str:
    controls.posts.delay = timedelta(minutes=asked.minutes)
    return f"Posts go out {asked.minutes} minutes late." if asked.minutes else "Posts go out at once."


async def send_late_posts(controls: Controls, _: Nothing) -> str:
    return f"{await controls.posts.send_due(all_of_them=True)} late posts went out."


async def open_chargeback(controls: Controls, asked: OpenChargeback) -> str:
    cents = parse_cents(asked.amount) if asked.amount else None
    if asked.amount and cents is None:
        raise CommandError("The amount is none.")
    try:
        row = controls.processor.open(asked.transaction_id, cents, mask_numbers(asked.reason))
    except DisputeError as error:
        raise CommandError(str(error)) from error
    return f"Case {row.case} takes back ${render_dollars(row.amount_cents)} of {row.transaction_id}."


async def win_chargeback(controls: Controls, asked: Case) -> str:
    return _decide(controls, asked, Stage.WON, "is won: the money comes back")


async def lose_chargeback(controls: Controls, asked: Case) -> str:
    return _decide(controls, asked, Stage.LOST, "is lost")


def _decide(controls: Controls, asked: Case, stage: Stage, words: str) -> str:
    try:
        row = controls.processor.decide(asked.case, stage)
    except DisputeError as error:
        raise CommandError(str(error)) from error
    return f"Case {row.case} {words}."


def _address(url: str) -> str:
    if url and not is_silent_post_url(url):
        raise CommandError("The address must be http or https, with 11 to 255 characters.")
    return url


COMMANDS: tuple[Command, ...] = (
    Command(path="clock/advance", summary="Put the clock forward", request=Advance, run=advance),
    Command(path="clock/stop", summary="Let the clock stand still", request=Nothing, run=stop_clock),
    Command(path="clock/run", summary="Let the clock run", request=Nothing, run=run_clock),
    Command(path="batch/close", summary="Settle what is pending", request=Nothing, run=close_batch),
    Command(path="faults/next", summary="Let the next calls go wrong", request=ArmFault, run=arm_fault),
    Command(path="faults/seed", summary="Let a share of calls go wrong", request=SeedFaults, run=seed_faults),
    Command(path="faults/clear", summary="Let all calls go right", request=Nothing, run=clear_faults),
    Command(path="posts/repeat", summary="Post a payment again", request=RepeatPost, run=repeat_post),
    Command(path="posts/forge", summary="Post a payment that never was", request=ForgePost, run=forge_post),
    Command(path="posts/delay", summary="Let posts go out late", request=DelayPosts, run=delay_posts),
    Command(path="posts/send-late", summary="Send the late posts", request=Nothing, run=send_late_posts),
    Command(
        path="chargebacks/open", summary="Open a chargeback", request=OpenChargeback, run=open_chargeback
    ),
    Command(path="chargebacks/win", summary="Let a chargeback be won", request=Case, run=win_chargeback),
    Command(path="chargebacks/lose", summary="Let a chargeback be lost", request=Case, run=lose_chargeback),
)
