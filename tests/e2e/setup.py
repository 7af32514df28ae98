"""Makes the browser suite's Chromium ready; `python -m tests.e2e.setup`."""

from __future__ import annotations

import shutil

from tests.support import debian

PACKAGES = ("chromium",)
NAMES = ("chromium", "chromium-browser", "google-chrome")


def find_browser() -> str:
    """The path of a Chromium, or nothing."""
    return next(filter(None, map(shutil.which, NAMES)), "")


def missing() -> str:
    """Why no browser can be driven, or nothing."""
    return "" if find_browser() else f"Chromium is not installed: {debian.install_command(PACKAGES)}"


def say(line: str) -> None:
    print(f"browser: {line}", flush=True)  # noqa: T201 - a command's own output


def set_up() -> None:
    if not find_browser():
        say("needs Chromium (a minute) ...")
        debian.install("Chromium is", PACKAGES)


if __name__ == "__main__":
    debian.told(set_up, say)
