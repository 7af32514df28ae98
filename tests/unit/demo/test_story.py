from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from typing_extensions import override

from counterfoil.cli.demo.books import compared, judge_chapter
from counterfoil.cli.demo.hub import Hub
from counterfoil.cli.demo.plan import Act, Chapter, Expected
from counterfoil.cli.demo.shopper import Shopper
from counterfoil.cli.demo.stage import Folders
from counterfoil.cli.demo.story import Cast, play
from counterfoil.ports.clock import ManualClock
from counterfoil.ports.ids import SystemIds
from counterfoil.sandbox.paytrace.app import create_app
from counterfoil.sandbox.paytrace.ledger import Ledger
from counterfoil.sandbox.paytrace.server import running
from counterfoil.sandbox.paytrace.settings import Settings

CHAPTER = Chapter(
    number=1,
    title="paid",
    act=Act.TWO_STEPS,
    expected=Expected.APPLIED,
    amounts=(Decimal("12.50"),),
    invoices=("1001",),
    customer="ABC",
)
BEFORE = {"invoice 1001": Decimal("12.50"), "customer ABC": Decimal("20.00")}
AFTER = {"invoice 1001": Decimal("0.00"), "customer ABC": Decimal("7.50")}


class SlowHub(Hub):
    """A hub whose poll has not come round to the capture yet when it is asked."""

    @override
    def runs(self, transaction: str) -> list[dict[str, Any]]:
        return []

    @override
    def wait_for_run(self, transaction: str, kind: str) -> dict[str, Any]:
        return {"transaction": transaction, "kind": kind}


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime(2026, 11, 23, 12, tzinfo=UTC))


@pytest.fixture
def shopper(clock: ManualClock) -> Iterator[Shopper]:
    ledger = Ledger.open(None, SystemIds())
    with running(create_app(ledger, clock, SystemIds(), Settings())) as url:
        shopper = Shopper(url, clock)
        shopper.log_in()
        yield shopper
        shopper.close()
    ledger.close()


@pytest.fixture
def cast(shopper: Shopper) -> Iterator[Cast]:
    hub = SlowHub("http://127.0.0.1:1", lambda: True)
    charge: Callable[[str, Decimal, str], str] = lambda *_: ""  # noqa: E731 - never called
    yield Cast(shopper=shopper, hub=hub, relay=lambda _: 202, silent_post_path="/x", charge=charge)
    hub.close()


def test_a_story_that_is_taken_up_makes_no_payment_twice(
    cast: Cast, shopper: Shopper, clock: ManualClock
) -> None:
    for later in (timedelta(0), timedelta(minutes=1), timedelta(days=30)):
        clock.advance(later)
        shopper.log_in()
        play(CHAPTER, cast)
    (record,) = shopper.transactions()
    assert record["status_code"] == "GB571"


def test_a_chapter_is_judged_by_what_stood_in_the_books_before_it_first_began(tmp_path: Path) -> None:
    folders = Folders(tmp_path)
    assert folders.begin(1, BEFORE) == BEFORE
    assert folders.begin(1, AFTER) == BEFORE
    assert not folders.has_ended(1)
    folders.end(1)
    assert folders.has_ended(1)


@pytest.mark.parametrize("name", list(AFTER))
def test_one_cent_off_a_balance_is_broken(name: str) -> None:
    assert judge_chapter(CHAPTER, compared(BEFORE, AFTER)) == ""
    off = AFTER | {name: AFTER[name] + Decimal("0.01")}
    assert name in judge_chapter(CHAPTER, compared(BEFORE, off))


def test_what_keeps_the_hub_from_being_ready_is_told() -> None:
    parts = {"database": "works", "agent 01": "starting again, after it ended with: no folder"}

    async def not_ready(_request: Request) -> JSONResponse:
        return JSONResponse({"ready": False, "parts": parts}, 503)

    with running(Starlette(routes=[Route("/ready", not_ready)])) as url:
        hub = Hub(url, lambda: True)
        assert hub.what_does_not_work() == "agent 01: starting again, after it ended with: no folder"
        hub.close()
    gone = Hub("http://127.0.0.1:1", lambda: True)
    assert gone.what_does_not_work() == ""
    gone.close()
