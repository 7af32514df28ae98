"""Where the gateway's program for the hosted card fields lies."""

from __future__ import annotations

from counterfoil.connectors.paytrace.settings import PRODUCTION, SANDBOX

# Verified in two independent clients.
_SCRIPTS = {
    PRODUCTION: "https://protect.paytrace.com/js/protect.min.js",
    SANDBOX: "https://protect.sandbox.paytrace.com/js/protect.min.js",
}
_SCRIPT_PATH = "/js/protect.min.js"


def script(address: str) -> str:
    """By the API's address; one that is neither, such as an emulator, serves it itself (our own choice)."""
    known = address.rstrip("/")
    return _SCRIPTS.get(known, known + _SCRIPT_PATH)
