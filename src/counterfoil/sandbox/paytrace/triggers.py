"""Amounts that make something happen, as at the vendor's own test system."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Trigger(StrEnum):
    """What an amount sets off instead of a plain approval."""

    EXPIRED_CARD = "expired_card"
    DO_NOT_HONOR = "do_not_honor"
    AUTO_VOID = "auto_void"
    ANSWER_HELD = "answer_held"
    ERROR_BEFORE = "error_before"
    ERROR_AFTER = "error_after"


# Only 0.29 was seen at the vendor's test system; the other amounts are this sandbox's own (ASSUMPTIONS).
TRIGGERS_BY_CENTS: Mapping[int, Trigger] = {
    29: Trigger.EXPIRED_CARD,
    30: Trigger.DO_NOT_HONOR,
    31: Trigger.AUTO_VOID,
    32: Trigger.ANSWER_HELD,
    33: Trigger.ERROR_BEFORE,
    34: Trigger.ERROR_AFTER,
}
