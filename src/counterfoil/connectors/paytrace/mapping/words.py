"""Words of the gateway for people, and those after which nothing may be taken for refused."""

from __future__ import annotations

# Texts after which an earlier or this very try may have been paid. The code of a blocked duplicate is not
# documented (inferred: its text says so); COMMERROR is the vendor's word for a lost line to the bank.
_DOUBTFUL_WORDS = ("duplicate", "commerror")


def one_line(text: str | None) -> str:
    """Without the blanks that approval messages begin with (verified)."""
    return " ".join((text or "").split())


def is_doubtful(*texts: str | None) -> bool:
    words = " ".join(text for text in texts if text).lower()
    return any(word in words for word in _DOUBTFUL_WORDS)
