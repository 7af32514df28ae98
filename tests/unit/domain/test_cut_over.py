from __future__ import annotations

from datetime import UTC, datetime, timedelta

from counterfoil.domain.cut_over import judge_start
from tests.support.samples import a_payment

START = datetime(2026, 11, 3, 2, 30, tzinfo=UTC)


def test_what_was_made_at_or_after_the_start_is_ours() -> None:
    assert judge_start(a_payment(created_at=START), START) is None


def test_what_was_made_before_is_history_even_if_it_settled_later() -> None:
    payment = a_payment(created_at=START - timedelta(seconds=1), settled_at=START + timedelta(days=1))
    verdict = judge_start(payment, START)
    assert verdict is not None
    assert "history, not posted" in verdict.why
