"""Logging in, and the one call that needs no log-in."""

from __future__ import annotations

from counterfoil.connectors.paytrace.ways import Certainty, Use, posted

LOG_IN = posted(Use.LOG_IN, "/oauth/token", Certainty.VERIFIED, "vendor help 2016, active_merchant")
PING = posted(Use.PING, "/v1/ping", Certainty.VERIFIED, "vendor help, vendor samples")
