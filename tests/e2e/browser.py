"""Chromium without a window, driven by its command line."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

from typing_extensions import override

from tests.e2e.setup import find_browser

SECONDS_MAX = 60
SWITCHES = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    # Chromium asks its maker for this and that; nothing but this machine has a name here.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    *("--enable-logging=stderr", "--window-size=1400,1300"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A page as the browser shows it."""

    dom: str
    console: list[str]
    """What the page wrote to the console: errors and refused loads too."""
    loaded: list[str]
    """Every address that the page asked for, itself included."""

    @property
    def text(self) -> str:
        return " ".join(" ".join(_texts(self.dom)).split())


class Browser:
    """Opens one page at a time, each as somebody who comes for the first time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0

    def open(self, url: str, *switches: str) -> Shown:
        done, net_log = self._run("--dump-dom", url, *switches)
        return Shown(
            dom=done.stdout,
            console=[line for line in done.stderr.splitlines() if "CONSOLE" in line],
            loaded=list(_loaded(net_log, url)),
        )

    def picture(self, url: str, path: Path) -> None:
        self._run(f"--screenshot={path}", url)

    def _run(self, wanted: str, url: str, *switches: str) -> tuple[subprocess.CompletedProcess[str], Path]:
        self._count += 1
        profile = self._folder / f"profile-{self._count}"
        net_log = self._folder / f"net-{self._count}.json"
        own = (f"--user-data-dir={profile}", f"--log-net-log={net_log}", wanted, url)
        command = [find_browser(), *SWITCHES, *switches, *own]
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS_MAX, check=True)
        return done, net_log


def _loaded(net_log: Path, url: str) -> Iterator[str]:
    """Requests of the page; what the browser asks for by itself has no page as initiator."""
    for event in json.loads(net_log.read_text("utf-8"))["events"]:
        values = event.get("params") or {}
        initiator = str(values.get("initiator", ""))
        if initiator.startswith("http") or (initiator and values.get("url") == url):
            yield str(values["url"])


class _Texts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    @override
    def handle_data(self, data: str) -> None:
        self.found.append(data)


def _texts(dom: str) -> list[str]:
    parser = _Texts()
    parser.feed(dom)
    return parser.found
