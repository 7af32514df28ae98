"""Where checks had to be guessed; docs/reference/paytrace-sandbox-checks.md shows this table."""

from __future__ import annotations

from counterfoil.sandbox.paytrace.assumptions import Assumption

ASSUMPTIONS = (
    Assumption(
        "Days of a check",
        "handed to the bank at 17:00, settled on the third business day after, at 6:00",
        "checks.settle_after_days",
    ),
    Assumption("Cut-off of the day", "17:00 in the account's zone", "checks.cut_off"),
    Assumption("Time of the bank's work", "6:00 in the account's zone", "checks.bank_time"),
    Assumption("Return", "on the second business day after the hand-over", "checks.return_after_days"),
    Assumption(
        "Return after settlement",
        "on the fifth business day after it, taken back from that day's deposit",
        "checks.late_return_after_days",
    ),
    Assumption("Business days", "no weekends and no holidays of the Federal Reserve"),
    Assumption("Amounts that decide over a check", "1.01 to 1.24, as above", "checks.fates_by_cents"),
    Assumption("Accounts that decide over a check", "as above", "checks.fates_by_account"),
    Assumption("Status of a held check", "INITIATED until it is funded"),
    Assumption("Status of a sale", "ACCEPTED at once"),
    Assumption("VERIFYING", "until the next cut-off, then ACCEPTED"),
    Assumption("ERROR and PARTIALLY_SETTLED", "documented; nothing here leads to them"),
    Assumption("Funding", "once, in full or in part; the rest lapses; 125 for more than is held"),
    Assumption("Funding or voiding what is not there or already with the bank", "error 80"),
    Assumption("Refund of a check that is unknown, not settled or itself a refund", "error 80"),
    Assumption("Refund of more than is left", "125"),
    Assumption("Check id of a refund", "a new one"),
    Assumption("HTTP code of 125", "200", "decline_status"),
    Assumption("Settling cards at once", "does nothing to checks"),
    Assumption("Customer that a check by account names", "must exist: error 30, told with 45 and 46"),
    Assumption("Account number", "4 to 17 digits; the routing number's check digit must be right"),
    Assumption("Exported account of a customer", "`check` with masked numbers"),
)
