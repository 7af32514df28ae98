"""What a proof rests on beside the tables: the profile's part in the rows, and the program's; pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection

from counterfoil.connectors.sagepro.profile import Profile
from counterfoil.connectors.sagepro.records import TableName

POSTING_RULES = 1
"""Raised whenever a posting writes other rows or values than before: what was calibrated must be again."""

_BY_TABLE = ("columns", "added_columns", "notes")
_WHOLE = ("added_rows", "own_rows", "codes", "discounts", "chargebacks", "accounts", "posting_date")
_OF_TABLE = {"orders": TableName.ORDERS}
"""Rules that count for postings to one table alone."""


def posting_digest(profile: Profile, tables: Collection[str]) -> str:
    """Another one where a posting to these tables may write otherwise than when it was seen."""
    plain = profile.model_dump(mode="json", include={*_BY_TABLE, *_WHOLE, *_OF_TABLE})
    parts = {name: plain[name] for name in _WHOLE}
    parts |= {name: plain[name] for name, table in _OF_TABLE.items() if table.value in tables}
    for name in _BY_TABLE:
        parts[name] = {table: found for table, found in plain[name].items() if table in tables}
    text = json.dumps([POSTING_RULES, parts], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
