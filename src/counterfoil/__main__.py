"""`python -m counterfoil` is the command line."""

from __future__ import annotations

from counterfoil.cli import app

app()
