"""Suggestions for mappings: how often they are right on systems unknown to them, and how long they take."""

from __future__ import annotations

from bench.suggest.report import run

__all__ = ["run"]
