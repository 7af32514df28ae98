"""Visual FoxPro tables, read and written in place: records, memos, index tags, locks and transactions."""

from __future__ import annotations

from counterfoil.foxpro.cdx import TagSpec
from counterfoil.foxpro.creation import create_table
from counterfoil.foxpro.fields import Field, Value
from counterfoil.foxpro.record import Record
from counterfoil.foxpro.table import Table

__all__ = ["Field", "Record", "Table", "TagSpec", "Value", "create_table"]
