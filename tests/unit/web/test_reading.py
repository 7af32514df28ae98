from __future__ import annotations

import pytest

from counterfoil.web.reading import decision_sentence


@pytest.mark.parametrize(
    ("on_account", "sentence"),
    [
        ("0.00 USD", "1.00 USD to invoice 7"),
        ("0.50 USD", "1.00 USD to invoice 7, 0.50 USD on account of ABC"),
        ("10.00 USD", "1.00 USD to invoice 7, 10.00 USD on account of ABC"),
    ],
)
def test_every_cent_on_account_is_told(on_account: str, sentence: str) -> None:
    applications = [{"invoice": "7", "amount": "1.00 USD"}]
    summary = {"decision": "applied", "applications": applications, "customer": "ABC"}
    assert decision_sentence(summary | {"on_account": on_account}) == sentence


@pytest.mark.parametrize(
    ("summary", "sentence"),
    [
        ({"decision": "no_money", "status": "failed"}, "no money: failed"),
        (
            {"decision": "no_money", "status": "failed", "noted": "on invoice 1001"},
            "no money: failed, noted on invoice 1001",
        ),
        ({"decision": "take_back"}, "the receipt is taken back"),
        ({"decision": "sent", "link": "https://pay.example.com/1"}, "link to pay: https://pay.example.com/1"),
    ],
)
def test_a_clerk_reads_what_became_of_declines_returns_and_links(
    summary: dict[str, str], sentence: str
) -> None:
    assert decision_sentence(summary) == sentence


@pytest.mark.parametrize(
    ("summary", "sentence"),
    [
        ({"branch": "size: large"}, "size: large"),
        ({"branch": "size: otherwise", "decision": "hold"}, "held for a person"),
        ({}, ""),
    ],
)
def test_where_nothing_else_was_decided_the_flow_s_own_decision_is_told(
    summary: dict[str, str], sentence: str
) -> None:
    assert decision_sentence(summary) == sentence
