from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
from typing_extensions import override

from counterfoil.bootstrap.embedders import chosen_embedder
from counterfoil.config import Settings
from counterfoil.embedding.compatible import CompatibleModel
from counterfoil.flows.suggest.fields import ListedField
from counterfoil.flows.suggest.suggesting import suggest
from counterfoil.ports.embedder import UNIT
from counterfoil.ports.errors import ConfigurationError, TransientError


class Service(BaseHTTPRequestHandler):
    """An address as OpenAI-compatible servers have it; what it was asked is kept with the server."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.asked.append((self.path, self.headers.get("authorization"), asked))  # type: ignore[attr-defined]
        status, document = self.server.answer(asked)  # type: ignore[attr-defined]
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(document).encode())

    @override
    def log_message(self, *_: object) -> None:
        """Tests are quiet."""


def counted(asked: dict[str, Any]) -> tuple[int, object]:
    rows = [{"index": n, "embedding": [len(text), 3.0]} for n, text in enumerate(asked["input"])]
    return 200, {"data": rows[::-1]}


@contextmanager
def service(answer: Any = counted) -> Iterator[tuple[str, list[Any]]]:
    with HTTPServer(("127.0.0.1", 0), Service) as server:
        server.asked, server.answer = [], answer  # type: ignore[attr-defined]
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/v1", server.asked  # type: ignore[attr-defined]
        server.shutdown()
        thread.join()


def test_texts_go_out_in_batches_with_the_key_in_the_header_and_come_back_in_order() -> None:
    with service() as (address, asked):
        model = CompatibleModel.at(address + "/", model="small", key="k-1")
        found = model.embed(["x" * 4, *["y"] * 100])
    assert found[0] == (UNIT * 4 // 5, UNIT * 3 // 5)
    assert len(found) == 101
    assert [path for path, _, _ in asked] == ["/v1/embeddings"] * 2
    assert {key for _, key, _ in asked} == {"Bearer k-1"}
    assert {body["model"] for _, _, body in asked} == {"small"}


def test_only_names_and_labels_leave_the_machine() -> None:
    with service() as (address, asked):
        model = chosen_embedder(Settings(suggest_url=address, suggest_model="small"))
        suggest(
            (ListedField(name="payer", label="Who paid", example="Anna Karenina"),),
            (ListedField(name="cust", label="Customer", example="ACME Inc."),),
            embedder=model,
        )
    ((_, key, body),) = asked
    assert key is None
    assert body["input"] == ["Customer: customer", "Who paid: customer"]


@pytest.mark.parametrize(
    "answer",
    [
        (401, {"error": "no key"}),
        (200, {"data": []}),
        (200, {"data": [{"index": 0, "embedding": []}]}),
        (200, {"data": [{"index": 0, "embedding": [0, 0]}]}),
        (200, {"data": [{"index": 0, "embedding": ["1e999", 1]}]}),
        (200, {"data": [{"index": 7, "embedding": [1]}]}),
        (200, {"data": {"index": 0}}),
        (200, [1]),
    ],
)
def test_an_answer_of_another_form_is_told(answer: tuple[int, object]) -> None:
    with (
        service(lambda _: answer) as (address, _),
        pytest.raises(ConfigurationError, match="the model small"),
    ):
        CompatibleModel.at(address, model="small").embed(["x"])


def test_a_service_that_is_away_may_be_asked_again() -> None:
    with service(lambda _: (503, {})) as (address, _), pytest.raises(TransientError):
        CompatibleModel.at(address, model="small").embed(["x"])


@pytest.mark.parametrize(
    "address", ["http://example.com/v1", "https://example.com/v1?x=1", "https://u:p@example.com", "x", ""]
)
def test_an_address_that_may_not_be_called_is_refused(address: str) -> None:
    with pytest.raises(ConfigurationError):
        CompatibleModel.at(address, model="small")


def test_a_model_needs_its_name() -> None:
    with pytest.raises(ConfigurationError, match="needs its name"):
        CompatibleModel.at("https://example.com/v1", model="")


def test_the_key_is_not_shown_with_the_settings() -> None:
    assert "k-1" not in repr(Settings.model_validate({"suggest_key": "k-1"}))
