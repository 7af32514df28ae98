from __future__ import annotations

import pytest

from counterfoil.flows.errors import FlowError
from counterfoil.flows.secret_words import find_secrets
from counterfoil.flows.validate import read_flow
from tests.unit.flows.samples import CATALOGUE, FLOW


@pytest.mark.parametrize(
    "line",
    [
        "# password: hunter2",
        "title: the api_key=abcd1234 goes here",
        "title: 'Authorization: Bearer abcdefghijklmnop1234'",
        "title: Basic dXNlcjpwYXNzd29yZA==",
        "# -----BEGIN RSA PRIVATE KEY-----",
        "title: eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.x",
        "title: sk_live_abcdefghijkl",
        "title: AKIAABCDEFGHIJKLMNOP",
        "title: https://clerk:letmein@books.example/",
        "title: Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6MTIz",
        "title: 0123456789abcdef0123456789abcdef",
    ],
)
def test_what_looks_like_a_secret_is_told_and_not_repeated(line: str) -> None:
    [finding] = find_secrets(f"flow: x\n{line}\n")
    assert finding.line == 2
    assert "looks like a secret" in finding.text
    assert not any(word in finding.text for word in line.split())


@pytest.mark.parametrize(
    "line",
    [
        "title: A stored token is charged, and the customer is told",
        "  charge: { do: gateway.charge, with: { token: stored } }",
        "  a_name_of_forty_letters_that_means_some_1: x",
        "title: The version " + "a" * 64,
        "title: 2026-11-26 order 4111-2222",
        "key: gateway/shop/dispute-CB-17/chargeback_outcome#1",
    ],
)
def test_what_people_write_in_flows_is_no_secret(line: str) -> None:
    assert list(find_secrets(line, {"stored"})) == []


def test_a_card_number_is_told() -> None:
    [finding] = find_secrets("flow: x\ntitle: for 4111 1111 1111 1111 only")
    assert (finding.line, finding.text) == (2, "looks like a card number; a flow holds none")


def test_a_flow_with_a_secret_may_not_run() -> None:
    with pytest.raises(FlowError, match="line 2: looks like a secret"):
        read_flow(FLOW.replace("A sample", "sk_live_abcdefghijkl"), CATALOGUE)


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "part", ["eyJaaaaaaaa", "password ", "a://", "a:", "basic ", "aA1-", "4 ", "-----BEGIN "]
)
def test_no_text_takes_long_to_look_through(part: str) -> None:
    list(find_secrets(part * (400_000 // len(part))))
