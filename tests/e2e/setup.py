"""Makes the browser suite's Chromium ready; `python -m tests.e2e.setup`."""

from __future__ import annotations

import shutil
import sys

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


def main() -> int:
    try:
        if not find_browser():
            say("needs Chromium (a minute) ...")
            debian.install("Chromium is", PACKAGES)
    except debian.SetupError as error:
        say(f"NOT READY, its tests will be skipped: {error}")
        return 0
    say("ready")
    return 0


if __name__ == "__main__":
    sys.exit(main())
