"""Channels at the command line, and a notice on its way over the wire."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from typer.testing import CliRunner
from typing_extensions import override

from counterfoil.bootstrap.channels import Channels
from counterfoil.cli import app
from counterfoil.ports.errors import ConfigurationError, TransientError
from counterfoil.ports.notifier import Notice
from tests.integration.flows.desk import Desk

SECRET = "pass-word-42"


class Hook(HTTPServer):
    """Takes web hooks, and keeps what came."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Taking)
        self.taken: list[dict[str, str]] = []
        self.status = 200

    @property
    def address(self) -> str:
        return f"json://clerk:{SECRET}@127.0.0.1:{self.server_port}/"


class _Taking(BaseHTTPRequestHandler):
    server: Hook

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.taken.append(json.loads(body))
        self.send_response(self.server.status)
        self.end_headers()

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@contextmanager
def serving(hook: Hook) -> Iterator[Hook]:
    thread = threading.Thread(target=hook.serve_forever, daemon=True)
    thread.start()
    try:
        yield hook
    finally:
        hook.shutdown()
        thread.join()
        hook.server_close()


@pytest.fixture
def hook() -> Iterator[Hook]:
    with serving(Hook()) as hook:
        yield hook


def said(*words: str, code: int = 0, typed: str = "") -> str:
    result = CliRunner().invoke(app, ["notify", *words], input=typed)
    assert result.exit_code == code, result.output
    return result.stdout + result.stderr


def add(hook: Hook, name: str = "clerk") -> str:
    return said("add", name, "--environment", "dev", "--address-from", "-", typed=hook.address)


def test_a_channel_is_added_tried_and_listed_without_its_address(desk: Desk, hook: Hook) -> None:
    assert desk.folder.exists()
    assert "added to dev" in add(hook)
    assert "took a test notice" in said("test", "clerk", "--environment", "dev")
    assert [each["title"] for each in hook.taken] == ["Counterfoil: a test"]
    assert said("list") == "clerk  dev\n"
    assert SECRET not in said("list", "--json")
    assert "changed in dev" in add(hook)


def test_values_come_over_the_wire_as_they_are(desk: Desk, hook: Hook) -> None:
    add(hook)
    notice = Notice(channel="clerk", title="<b>7</b> & {x}", text="line\n{{ 7 * 7 }} [a](b) <script>")
    with desk.hub() as hub:
        Channels(hub).send("dev", notice)
    (taken,) = hook.taken
    assert (taken["title"], taken["message"]) == (notice.title, notice.text)


def test_a_service_that_does_not_take_it_is_told_without_the_address(desk: Desk, hook: Hook) -> None:
    add(hook)
    hook.status = 500
    assert desk.folder.exists()
    told = said("test", "clerk", "--environment", "dev", code=1)
    assert "channel clerk did not take the notice" in told
    assert SECRET not in told


def test_a_service_that_is_away_is_a_passing_trouble(desk: Desk) -> None:
    with serving(Hook()) as gone:
        add(gone)
    with desk.hub() as hub, pytest.raises(TransientError, match="did not take"):
        Channels(hub).send("dev", Notice(channel="clerk", title="a", text="b"))


def test_a_channel_of_another_environment_is_none(desk: Desk, hook: Hook) -> None:
    add(hook)
    with desk.hub() as hub, pytest.raises(ConfigurationError, match="no channel clerk in qa; there is: none"):
        Channels(hub).send("qa", Notice(channel="clerk", title="a", text="b"))


@pytest.mark.parametrize(
    ("name", "environment", "address", "message"),
    [
        ("clerk", "dev", f"nonsense://{SECRET}", "the address is none of Apprise"),
        ("clerk", "test", "json://127.0.0.1", "an environment is one of dev, qa, production"),
        ("The Clerk", "dev", "json://127.0.0.1", "no name of a channel"),
    ],
)
def test_what_cannot_be_a_channel_is_not_kept(
    desk: Desk, name: str, environment: str, address: str, message: str
) -> None:
    assert desk.folder.exists()
    words = ("add", name, "--environment", environment, "--address-from", "-")
    told = said(*words, code=1, typed=address)
    assert message in told
    assert SECRET not in told
    assert said("list") == "there is no channel\n"


def test_an_address_in_a_file_that_others_may_read_is_refused(desk: Desk, tmp_path: Path) -> None:
    assert desk.folder.exists()
    path = tmp_path / "address"
    path.write_text("json://127.0.0.1", "utf-8")
    path.chmod(0o644)
    told = said("add", "clerk", "--environment", "dev", "--address-from", str(path), code=1)
    assert str(path) in told


TELLING = """\
flow: telling
title: A clerk is told
trigger: { manual: {} }
order_key: lineage
start: tell
nodes:
  tell:
    notify: { to: clerk, title: Look, text: Somebody asked you to. }
    then: { sent: done, failed: review }
"""


def test_a_flow_is_live_only_where_its_channels_are(desk: Desk, hook: Hook) -> None:
    (desk.folder / "flows" / "telling.yaml").write_text(TELLING, "utf-8")
    desk.said("save", "--by", "Ann", "-m", "a clerk is told")
    told = desk.refused("plan", "dev")
    assert "telling: node tell tells clerk, no channel of dev: counterfoil notify add clerk" in told
    add(hook)
    desk.said("deploy", "dev", "--by", "Ann")
    assert "telling" in desk.live("dev")
    assert "no channel of qa" in desk.refused("deploy", "qa", "--from", "dev", "--by", "Ann")
