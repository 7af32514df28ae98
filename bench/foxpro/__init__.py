"""The FoxPro engine beside CodeBase under wine, three Python libraries and the disk, on the same files."""

from __future__ import annotations

from bench.foxpro.report import run

__all__ = ["run"]
