"""The gateway's side: a poll of a busy day, how soon events arrive, the sandbox's pace, signatures."""

from __future__ import annotations

from bench.gateway.report import run

__all__ = ["run"]
