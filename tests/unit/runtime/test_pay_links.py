"""Links are sent at most once, and what is not known stays a question."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from typing_extensions import override

from counterfoil.domain.identifiers import CustomerNumber, InvoiceNumber, TransactionId
from counterfoil.domain.pay_links import PayLinkWish
from counterfoil.ports.clock import ManualClock
from counterfoil.ports.effects import EffectKind, EffectState, Moved
from counterfoil.ports.errors import DecisionError, OutcomeUnknownError, TransientError
from counterfoil.ports.hosted import ClientKey, HostedFields, NotMade, PayLink, PayLinkRequest, Sent
from counterfoil.ports.instructions import NotOffered, Unknown
from counterfoil.runtime.gateway_writes import OtherContent, Pending
from counterfoil.runtime.pay_links import GatewayPayLinks, LinkDesk, hear_made
from counterfoil.runtime.searching import Search
from counterfoil.runtime.sending import WritesHeld
from tests.support.intake import FakeGateway
from tests.support.memory_effects import MemoryEffects
from tests.support.samples import usd

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
DESK = LinkDesk(environment="dev", company="01", connection="c1", currency="USD")
WISH = PayLinkWish(
    invoice=InvoiceNumber("1001"),
    customer=CustomerNumber("ABC"),
    amount=usd("120.00"),
    email="ann@example.com",
)
KEY = "pay_link/dev/01/1001/120.00 USD"
REQUEST = PayLinkRequest(invoice_id="1001", amount=usd("120.00"), email="ann@example.com")
MADE = PayLink(id="L-1", url="https://pay.example.com/L-1")
Answer = PayLink | NotMade | NotOffered | Unknown


@dataclass
class Page(HostedFields):
    """Answers as it is told to, and counts what was asked of it."""

    answer: Callable[[], Answer] = field(default=lambda: MADE)
    asked: list[PayLinkRequest] = field(default_factory=list)

    @override
    def client_key(self) -> ClientKey:
        raise NotImplementedError

    @override
    def pay_link(self, request: PayLinkRequest) -> Answer:
        self.asked.append(request)
        return self.answer()

    @override
    def email_receipt(self, transaction: TransactionId, address: str) -> Sent:
        raise NotImplementedError


class Scene:
    def __init__(self) -> None:
        self.clock = ManualClock(NOW)
        self.effects = MemoryEffects(self.clock)
        self.page = Page()
        self.links = GatewayPayLinks(DESK, self.page, self.effects, self.clock)
        self.let_out()

    def let_out(self) -> None:
        gate = self.effects.gate("c1", now=NOW, gap_from=NOW.date())
        self.effects.open("c1", seen_at=gate.seen_at, now=NOW)

    def make(self, run: str = "run-1", wish: PayLinkWish = WISH) -> object:
        return self.links.make(wish, run=run)

    @property
    def state(self) -> EffectState:
        row = self.effects.find(KEY)
        assert row is not None
        return row.state


@pytest.fixture
def scene() -> Scene:
    return Scene()


def raising(error: Exception) -> Callable[[], Answer]:
    def act() -> Answer:
        raise error

    return act


def test_how_far_a_link_is_is_told_without_sending_it(scene: Scene) -> None:
    assert scene.links.begun(WISH, run="run-1") is None
    scene.make()
    assert scene.links.begun(WISH, run="run-2") == MADE
    assert scene.page.asked == [REQUEST]


def test_a_link_is_sent_once_and_told_again_to_whoever_asks_for_it(scene: Scene) -> None:
    assert [scene.make(run) for run in ("run-1", "run-1", "run-2")] == [MADE] * 3
    assert scene.page.asked == [REQUEST]
    row = scene.effects.find(KEY)
    assert row is not None
    assert (row.effect.kind, row.carried) == (EffectKind.PAY_LINK, None)


def test_another_address_for_the_same_amount_is_a_conflict(scene: Scene) -> None:
    scene.make()
    assert scene.make(wish=replace(WISH, email="bob@example.com")) == OtherContent(key=KEY)
    assert len(scene.page.asked) == 1


def test_another_amount_is_another_link(scene: Scene) -> None:
    scene.make()
    assert scene.make(wish=replace(WISH, amount=usd("20.00"))) == MADE
    assert [request.amount for request in scene.page.asked] == [usd("120.00"), usd("20.00")]


@pytest.mark.parametrize(
    "answer", [lambda: Unknown(why="no answer"), raising(OutcomeUnknownError("no answer"))]
)
def test_a_lost_answer_is_a_question_and_never_sent_again(scene: Scene, answer: Callable[[], Answer]) -> None:
    scene.page.answer = answer
    for run in ("run-1", "run-2"):
        outcome = scene.make(run)
        assert isinstance(outcome, Pending)
        assert outcome.state is EffectState.QUESTION
    assert len(scene.page.asked) == 1


def test_a_persons_word_ends_the_question(scene: Scene) -> None:
    scene.page.answer = lambda: Unknown(why="no answer")
    scene.make()
    hear_made(scene.effects, KEY, by="Ann", now=NOW)
    assert scene.make() == PayLink(id="", url="")
    with pytest.raises(DecisionError, match="waits for anybody's word"):
        hear_made(scene.effects, KEY, by="Ann", now=NOW)
    assert len(scene.page.asked) == 1


def test_a_refusal_is_tried_again_only_by_another_run(scene: Scene) -> None:
    scene.page.answer = lambda: NotMade(why="no such address")
    assert scene.make() == scene.make() == NotMade(why="no such address")
    assert len(scene.page.asked) == 1
    scene.page.answer = lambda: MADE
    assert scene.make("run-2") == MADE


def test_a_person_may_try_again_what_was_refused_and_writes_the_number_in_any_way(scene: Scene) -> None:
    typed = replace(REQUEST, invoice_id="inv 1001")
    scene.page.answer = lambda: NotMade(why="no such address")
    assert [scene.links.ask(typed) for _ in range(2)] == [NotMade(why="no such address")] * 2
    scene.page.answer = lambda: MADE
    assert [scene.links.ask(typed), scene.links.ask(REQUEST), scene.make()] == [MADE] * 3
    assert [request.invoice_id for request in scene.page.asked] == ["inv 1001"] * 3


def test_a_link_that_was_sent_twice_is_a_question(scene: Scene) -> None:
    def slow() -> Answer:
        row = scene.effects.find(KEY)
        assert row is not None
        scene.page.answer = lambda: PayLink(id="L-2", url="")
        waiting = scene.effects.change(replace(row, state=EffectState.WAITING))
        assert not isinstance(waiting, Moved)
        assert scene.make("run-2") == PayLink(id="L-2", url="")
        return MADE

    scene.page.answer = slow
    outcome = scene.make()
    assert isinstance(outcome, Pending)
    assert (outcome.state, "once as L-1" in outcome.why) == (EffectState.QUESTION, True)


def test_a_gateway_that_is_away_leaves_the_link_to_be_sent(scene: Scene) -> None:
    scene.page.answer = raising(TransientError("away"))
    with pytest.raises(TransientError):
        scene.make()
    assert scene.state is EffectState.WAITING
    scene.page.answer = lambda: MADE
    assert scene.make() == MADE


def test_nothing_is_sent_while_writes_are_held(scene: Scene) -> None:
    scene.effects.restart()
    assert isinstance(scene.make(), WritesHeld)
    assert scene.page.asked == []
    scene.let_out()
    assert scene.make() == MADE


def test_a_process_that_died_while_it_sent_leaves_a_question(scene: Scene) -> None:
    scene.page.answer = raising(KeyboardInterrupt())  # type: ignore[arg-type]
    with pytest.raises(KeyboardInterrupt):
        scene.make()
    assert scene.state is EffectState.SENDING
    assert isinstance(scene.make("run-2"), Pending)
    row = scene.effects.find(KEY)
    assert row is not None
    sight = Search("c1", FakeGateway(), scene.effects, UTC).see(row, NOW, is_late=True)
    assert "no record tells of pay links" in getattr(sight, "why", "")
    assert len(scene.page.asked) == 1


def test_an_answer_that_took_very_long_still_counts(scene: Scene) -> None:
    def slow() -> Answer:
        scene.clock.advance(timedelta(minutes=6))
        row = scene.effects.find(KEY)
        assert row is not None
        assert not isinstance(scene.effects.change(replace(row, state=EffectState.QUESTION)), Moved)
        return MADE

    scene.page.answer = slow
    assert scene.make() == MADE
    assert scene.state is EffectState.DONE
