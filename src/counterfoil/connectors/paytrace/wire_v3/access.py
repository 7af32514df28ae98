"""Logging in and renewing a log-in."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from counterfoil.connectors.paytrace.ways import Certainty, Use, posted

LOG_IN = posted(Use.LOG_IN, "/v3/token", Certainty.VERIFIED, "vendor spec, Shopware plugin")
REFRESH = posted(Use.REFRESH, "/v3/token", Certainty.VERIFIED, "vendor spec")
PING = posted(Use.PING, "/v1/ping", Certainty.INFERRED, "the older API's, on the same host")

INTEGRATOR_HEADER = "x-integrator-id"
INTEGRATOR_LENGTH_MAX = 12
# How long a token is good is not documented; one independent client uses it for so long.
LIFE = timedelta(seconds=900)


class TokenAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A granted token: at the top or inside ``data`` (both seen in independent clients)."""

    access_token: str
    expires_in: int | None = None
    refresh_token: str | None = None
