from __future__ import annotations

from datetime import UTC, datetime, timedelta

from counterfoil.domain.dead_letters import Act
from counterfoil.runtime.letter_view import view
from counterfoil.store.acts import ActRow
from counterfoil.store.dead_letters import ActedStep, LetterDetail, LetterRow, TroubleRow

START = datetime(2026, 11, 23, 12, tzinfo=UTC)
CARD = "4111 1111 1111 1111"


def after(minutes: int) -> datetime:
    return START + timedelta(minutes=minutes)


def trouble(first: int, last: int, ended: str, minutes: int, why: str = "away") -> TroubleRow:
    return TroubleRow(
        first_attempt=first,
        last_attempt=last,
        ended=ended,
        problem="retry",
        cause="retry-1",
        node="post",
        why=why,
        first_at=after(minutes),
        last_at=after(minutes),
    )


def step(node: str, minutes: int, *, result: dict[str, object] | None = None) -> ActedStep:
    return ActedStep(
        node=node,
        attempt=1,
        intent={"inputs": {"payment": {"memo": f"card {CARD}", "amount": "120.00"}}},
        intent_at=after(minutes),
        result=result,
        finished_at=None if result is None else after(minutes + 1),
    )


def detail(
    *steps: ActedStep,
    troubles: list[TroubleRow] | None = None,
    is_open: bool = True,
    kind: str = "payment.captured",
    posted: str = "",
) -> LetterDetail:
    letter = LetterRow(
        id="run-1",
        attempts=9,
        flow="payment_to_receipt",
        environment="dev",
        company="01",
        order_key="gateway/shop/105968",
        status="dead",
        problem="bug",
        cause="bug-1",
        node="post",
        why="two answers to one posting",
        stopped_at=after(9),
        due_at=None,
        event_key="payment/105968",
        kind=kind,
        open_step="",
    )
    return LetterDetail(
        letter=letter,
        is_open=is_open,
        body={"cardNumber": CARD, "note": f"card {CARD}", "amount": "120.00"},
        received_at=START,
        created_at=START,
        steps=steps,
        troubles=troubles or [],
        posted=posted,
    )


def test_the_reason_says_whose_work_it_is_and_why() -> None:
    assert view(detail(), []).reason == "Counterfoil or the flow is at fault: two answers to one posting"


def test_nothing_that_is_shown_holds_card_data() -> None:
    seen = view(detail(step("post#1", 1)), [])
    assert seen.inputs["payment"] == {"memo": "card [card number removed]", "amount": "120.00"}
    assert seen.event == {"note": "card [card number removed]", "amount": "120.00"}
    assert CARD not in str(seen)


def test_the_inputs_are_those_of_the_failing_node() -> None:
    assert view(detail(step("book#1", 1)), []).inputs == {}


def test_the_timeline_tells_attempts_steps_and_acts_in_order() -> None:
    skipped = ActRow(
        id=1, at=after(9), run="run-1", environment="dev", order_key="k", act="skip", by="Ann", why="not ours"
    )
    steps = [step("post#1", 3, result={"outcome": "posted"})]
    troubles = [trouble(1, 2, "waiting", 1), trouble(5, 5, "dead", 6, "broken")]
    assert [moment.what for moment in view(detail(*steps, troubles=troubles), [skipped]).timeline] == [
        "the event came in",
        "attempts 1 to 2 tried again after a short wait: away",
        "post#1 began to act",
        "post#1 ended as posted",
        "before it, attempts 3 to 4 left no word, or came to a step's end",
        "attempt 5 stopped for good: broken",
        "skipped by Ann: not ours",
    ]


def test_only_an_open_letter_has_remedies() -> None:
    assert [remedy.act for remedy in view(detail(), []).remedies] == [Act.RETRY, Act.RESOLVE, Act.SKIP]
    assert view(detail(is_open=False), []).remedies == ()


def test_a_receipt_in_the_books_ends_news_of_money_but_not_news_that_it_went_back() -> None:
    received = view(detail(posted="R00012"), []).remedies[0]
    voided = view(detail(posted="R00012", kind="payment.voided"), []).remedies[0]
    assert (received.act, voided.act) == (Act.RESOLVE, Act.RETRY)
