"""Lengths of time as people write them: ``3 days``."""

from __future__ import annotations

import re
from datetime import timedelta

from counterfoil.flows.document import Part
from counterfoil.flows.errors import quoted

DURATION_FORM = r"[1-9][0-9]{0,4} (second|minute|hour|day)s?"
LONGEST = timedelta(days=366)

_FORM = re.compile(r"([1-9][0-9]{0,4}) (second|minute|hour|day)s?")


def read_duration(part: Part) -> timedelta:
    """From one second to 366 days.

    Raises:
        FlowError: it is none.
    """
    found = _FORM.fullmatch(" ".join(part.text().split()))
    if found is None:
        raise part.wrong(f"{quoted(part.text())} is no length of time such as 30 minutes or 3 days")
    length = timedelta(**{f"{found[2]}s": int(found[1])})
    if length > LONGEST:
        raise part.wrong(f"at most {LONGEST.days} days, not {quoted(part.text())}")
    return length


def seconds(length: timedelta) -> int:
    return int(length.total_seconds())
