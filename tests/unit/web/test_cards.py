"""The page for a payer's card: two programs alone, and nothing but a token comes in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from typing_extensions import override

from counterfoil.ports.errors import TransientError
from counterfoil.security.secrets import Secret
from counterfoil.web.cards import CardDesk, CardKept, CardPage, CardRefused, TakenCard, card_routes
from tests.support.card_spellings import CARDS

SCRIPT = "https://protect.example/js/protect.min.js"
GOOD = {"hpf_token": "t", "enc_key": "k", "name": "Ann  Lee", "agreed": True}


@dataclass
class Desk(CardDesk):
    """Asks for one card at one address."""

    kept: list[TakenCard] = field(default_factory=list)
    answer: CardKept | CardRefused | None = field(default_factory=lambda: CardKept(last_four="5439"))
    error: TransientError | None = None

    @override
    def page(self, ticket: str) -> CardPage | None:
        if self.error:
            raise self.error
        words = "I agree to <b>this</b>."
        page = CardPage(
            merchant="A & B",
            consent=words,
            limits=("Until <b>", "For invoice 1"),
            client_key=Secret("the key"),
            script=SCRIPT,
        )
        return page if ticket == "right" else None

    @override
    def keep(self, ticket: str, taken: TakenCard) -> CardKept | CardRefused | None:
        self.kept.append(taken)
        return self.answer if ticket == "right" else None


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def client(desk: Desk) -> Iterator[TestClient]:
    with TestClient(Starlette(routes=list(card_routes(desk)))) as client:
        yield client


def test_the_page_runs_two_programs_and_has_no_field_for_a_card(client: TestClient) -> None:
    answer = client.get("/cards/right")
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self' https://protect.example"
    assert policy["form-action"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.text.count("<script") == 2
    assert answer.text.count("<input") == 2
    assert "<form" not in answer.text
    assert "A &amp; B" in answer.text
    assert "&lt;b&gt;this" in answer.text
    assert "<li>Until &lt;b&gt;</li><li>For invoice 1</li>" in answer.text
    assert 'data-client-key="the key"' in answer.text


def test_our_own_program_sends_the_token_and_nothing_of_a_card(client: TestClient) -> None:
    code = client.get("/cards/take-card.js").text
    assert "hpf_token" in code
    for word in ("cardNumber", "card_number", "csc", "eval(", "innerHTML", "localStorage"):
        assert word not in code


def test_a_token_with_name_and_agreement_is_kept(client: TestClient, desk: Desk) -> None:
    answer = client.post("/cards/right", json=GOOD)
    assert (answer.status_code, answer.json()) == (200, {"last_four": "5439"})
    [taken] = desk.kept
    assert (taken.token.reveal(), taken.key.reveal(), taken.name) == ("t", "k", "Ann Lee")
    assert "'t'" not in repr(taken)


@pytest.mark.parametrize(
    "change",
    [
        {"agreed": False},
        {"agreed": "true"},
        {"name": " "},
        {"name": "x" * 101},
        {"hpf_token": {"deep": "t"}},
        {"card_number": CARDS[0]},
        {"csc": "999"},
    ],
)
def test_anything_else_is_refused_and_not_repeated(
    client: TestClient, desk: Desk, change: dict[str, object]
) -> None:
    answer = client.post("/cards/right", json={**GOOD, **change})
    assert answer.status_code == 400
    assert CARDS[0] not in answer.text
    assert desk.kept == []


def test_a_form_is_no_way_in(client: TestClient) -> None:
    assert client.post("/cards/right", data={"hpf_token": "t"}).status_code == 415


def test_where_nothing_is_asked_nothing_is_shown_or_kept(client: TestClient) -> None:
    assert client.get("/cards/wrong").status_code == 404
    assert client.post("/cards/wrong", json=GOOD).status_code == 404


def test_a_refusal_and_a_gateway_that_is_away_are_told_to_the_payer(client: TestClient, desk: Desk) -> None:
    desk.answer = CardRefused(why="the gateway did not take the card")
    answer = client.post("/cards/right", json=GOOD)
    assert (answer.status_code, answer.json()["detail"]) == (409, "the gateway did not take the card")
    desk.error = TransientError("secret details")
    answer = client.get("/cards/right")
    assert answer.status_code == 503
    assert "secret details" not in answer.text
