"""Counterfoil joins PayTrace payments to the books in Sage Pro ERP."""

from __future__ import annotations

__version__ = "0.1.0"
