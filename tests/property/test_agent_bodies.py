"""Whatever is sent to the agent, it answers, or refuses with a problem document; it never fails."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from counterfoil.ports.encoding import FACT
from tests.support.agent_server import TOKEN, served
from tests.support.sagepro_books import receipt
from tests.support.sagepro_site import Site

REFUSALS = {400, 413, 415, 424}
VALID: dict[str, Any] = FACT.encode(receipt("ABC", {"1001": "100"}, "5"))

numbers = st.one_of(st.integers(), st.floats(allow_nan=False, allow_infinity=False))
odd_texts = st.sampled_from(["", "NaN", "Infinity", "1e999999", "-0", "0.001", "\x00", "\ud800", "9" * 5000])
values = st.recursive(
    st.one_of(st.none(), st.booleans(), numbers, st.text(), odd_texts),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(), inner, max_size=3)),
    max_leaves=8,
)


def paths(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The way to every part of a document."""
    yield path
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, part in parts:
        yield from paths(part, (*path, step))


def changed(document: Any, path: tuple[Any, ...], value: object) -> Any:
    """The document with another value at one place."""
    if not path:
        return value
    copy: Any = dict(document) if isinstance(document, dict) else list(document)
    copy[path[0]] = changed(document[path[0]], path[1:], value)
    return copy


QUESTIONS = ["/postings?key", "/customers?number", "/receipts?document", "/items?number", "/changes?since"]
WAYS = list(paths(VALID))


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx2.Client]:
    folder = tmp_path_factory.mktemp("agent")
    site = Site(folder / "sagepro").build()
    with site.open() as company, served(company, folder) as address:
        transport = httpx2.HTTPTransport(uds=address.removeprefix("unix:"))
        headers = {"authorization": f"Bearer {TOKEN}", "content-type": "application/json"}
        with httpx2.Client(transport=transport, base_url="http://localhost", headers=headers) as client:
            yield client
    assert site.findings() == []


def assert_answered(answer: httpx2.Response) -> None:
    if answer.status_code != 200:
        assert answer.status_code in REFUSALS, answer.text
        assert answer.headers["content-type"] == "application/problem+json"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(body=st.one_of(st.binary(), values.map(lambda value: json.dumps(value).encode())))
@pytest.mark.parametrize("path", ["/postings", "/previews"])
def test_any_body_is_answered_or_refused(client: httpx2.Client, path: str, body: bytes) -> None:
    assert_answered(client.post(path, content=body))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=300)
@given(way=st.sampled_from(WAYS), value=values)
def test_a_fact_with_any_part_changed_is_answered_or_refused(
    client: httpx2.Client, way: tuple[str | int, ...], value: object
) -> None:
    fact = changed(VALID, way, value)
    assert_answered(client.post("/previews", content=json.dumps({"fact": fact}).encode()))
    assert_answered(
        client.post("/postings", content=json.dumps({"facts": [VALID, fact], "mode": "test"}).encode())
    )


@given(text=st.text())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@pytest.mark.parametrize("path", QUESTIONS)
def test_any_question_is_answered_or_refused(client: httpx2.Client, path: str, text: str) -> None:
    route, _, name = path.partition("?")
    assert_answered(client.get(route, params={name: text}))
