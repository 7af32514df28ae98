"""A second ledger, kept by another program: Beancount balances every entry and sums every account itself."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from beancount import loader
from beancount.core import realization

Lines = Mapping[str, Decimal]
"""One entry: accounts with what they are debited; credits are negative."""

CLEARING = "Assets:Clearing"
RECEIVABLE = "Assets:Receivable"
OPENING = "Equity:Opening"
_DAY = "2026-11-20"


def owed(customer: str, document: str) -> str:
    """The account of one document of a customer."""
    return f"{RECEIVABLE}:{customer}:D{document}"


class SecondLedger:
    """Entries as text; what they add up to is Beancount's own answer."""

    def __init__(self) -> None:
        self._text = ['option "operating_currency" "USD"', 'plugin "beancount.plugins.auto_accounts"']
        self._balances: realization.RealAccount | None = None

    def enter(self, what: str, lines: Lines) -> None:
        """Adds an entry; Beancount refuses one that does not balance."""
        postings = [f"  {account}  {amount:f} USD" for account, amount in lines.items()]
        self._text += [f'{_DAY} * "{what}"', *postings, ""]
        entries, errors, _ = loader.load_string("\n".join(self._text))
        if errors:
            raise AssertionError([error.message for error in errors])
        self._balances = realization.realize(entries)  # type: ignore[no-untyped-call]

    def balance(self, account: str) -> Decimal:
        """The account with everything below it."""
        found = realization.get(self._balances, account) if self._balances else None  # type: ignore[no-untyped-call]
        if found is None:
            return Decimal(0)
        total = realization.compute_balance(found).get_currency_units("USD")  # type: ignore[no-untyped-call]
        return Decimal(total.number)
