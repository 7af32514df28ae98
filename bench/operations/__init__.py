"""Operations: a plain workflow tool's job, accepted, carried and recovered."""

from __future__ import annotations

from bench.operations.plain_report import run

__all__ = ["run"]
