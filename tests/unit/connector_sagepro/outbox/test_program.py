"""The shipped FoxPro program: what can be said of it without a FoxPro."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.connectors.sagepro.outbox.lines import CODE_PAGE, seal
from tests.support.outbox_worker import PROGRAM
from tests.support.visual_foxpro.machine import Machine

SOURCE = PROGRAM.read_text("ascii")
CALLS = {"CFIMPORT", "CFCHARGE", "CFSTATUS"}
bytes_ = st.text(st.characters(max_codepoint=255), max_size=60)


def machine(objects: dict[str, Callable[[], Any]] | None = None) -> Machine:
    return Machine(SOURCE, now=lambda: datetime(2026, 11, 23, 9, 30, 15), objects=objects)  # noqa: DTZ001 - FoxPro's clock


FOX = machine()


def test_the_program_says_openly_that_it_never_ran_under_foxpro() -> None:
    head = SOURCE[:1000]
    assert "IT NEVER RAN UNDER VISUAL FOXPRO" in head
    assert "docs/howto/outbox.md" in head
    assert "never ran under Visual FoxPro" in (
        Path(__file__).parents[4] / "docs" / "howto" / "outbox.md"
    ).read_text("utf-8")


def test_no_line_is_longer_than_an_editor_shows() -> None:
    assert max(map(len, SOURCE.splitlines())) <= 180


def test_every_procedure_is_called_or_offered() -> None:
    upper = SOURCE.upper()
    for name in FOX.program:
        mentions = upper.count(f"{name}(") + upper.count(f"DO {name} ")
        assert not name or name in CALLS or mentions >= 1, name


@given(bytes_)
def test_checksums_agree(text: str) -> None:
    assert FOX.run("CfAdler", text) == zlib.adler32(text.encode("latin-1"))


@given(bytes_)
def test_escapes_are_undone(text: str) -> None:
    escaped = FOX.run("CfEscape", text)
    assert escaped.isascii()
    assert "|" not in escaped
    assert FOX.run("CfUnescape", escaped) == text


@given(st.lists(st.text(st.characters(codec=CODE_PAGE), max_size=10), min_size=1, max_size=5))
def test_the_parts_of_our_lines_are_the_program_s(parts: list[str]) -> None:
    line = seal([parts]).splitlines()[0]
    read = [FOX.run("CfPart", line, place) for place in range(1, len(parts) + 1)]
    assert read == [part.encode(CODE_PAGE).decode("latin-1") for part in parts]
    assert FOX.run("CfPart", line, len(parts) + 1) == ""


def test_a_status_is_asked_of_the_agent() -> None:
    http = Http(200)
    assert machine({"WinHttp.WinHttpRequest.5.1": lambda: http}).run("CfStatus", "http://a", "t", " 1001 ")
    assert http.calls == [
        ("OPEN", ["GET", "http://a/references?reference=1001", False]),
        ("SETREQUESTHEADER", ["Authorization", "Bearer t"]),
        ("SEND", []),
    ]


def test_an_agent_that_is_silent_or_refuses_gives_nothing() -> None:
    assert machine({"WinHttp.WinHttpRequest.5.1": lambda: Http(401)}).run("CfStatus", "a", "t", "1") == ""
    assert machine().run("CfStatus", "http://a", "t", "1001") == ""


class Http:
    """Windows' HTTP client, as far as the program uses it."""

    def __init__(self, status: int) -> None:
        self._values = {"STATUS": float(status), "RESPONSETEXT": "{}"}
        self.calls: list[tuple[str, list[object]]] = []

    def invoke(self, name: str, arguments: list[object]) -> bool:
        self.calls.append((name, arguments))
        return True

    def get(self, name: str) -> object:
        return self._values[name]


@pytest.mark.parametrize("name", ["CfAdler", "CfPart", "CfEscape"])
def test_an_empty_text_is_no_error(name: str) -> None:
    arguments = ("", 1) if name == "CfPart" else ("",)
    assert FOX.run(name, *arguments) in {"", 1.0}
