"""Codes of recurring payments that both generations share."""

from __future__ import annotations

from counterfoil.domain.payment import Tender
from counterfoil.ports.recurring import Frequency

# Verified in a vendor library.
CODES = {
    Frequency.YEARLY: "1",
    Frequency.HALF_YEARLY: "8",
    Frequency.EVERY_FOUR_MONTHS: "A",
    Frequency.QUARTERLY: "2",
    Frequency.EVERY_TWO_MONTHS: "9",
    Frequency.MONTHLY: "3",
    Frequency.EVERY_TWO_WEEKS: "4",
    Frequency.TWICE_A_MONTH: "7",
    Frequency.WEEKLY: "5",
    Frequency.DAILY: "6",
}
FREQUENCIES = {code: every for every, code in CODES.items()}
UNTIL_CANCELLED = "999"
TYPES = {Tender.CARD: "C", Tender.ACH: "A"}
