"""A second ledger, kept by another program: Beancount reads, balances and sums every entry itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal

from beancount import loader
from beancount.core.data import Transaction
from beancount.core.inventory import Inventory

Lines = Mapping[str, Decimal]
"""One entry: accounts with what they are debited; credits are negative."""

CLEARING = "Assets:Clearing"
RECEIVABLE = "Assets:Receivable"
OPENING = "Equity:Opening"
_HEAD = 'option "operating_currency" "USD"\nplugin "beancount.plugins.auto_accounts"\n'
_DAY = "2026-11-20"


class SecondLedger:
    """Entries are given as text, and Beancount refuses one that does not balance."""

    def __init__(self) -> None:
        self._inventories: dict[str, Inventory] = defaultdict(Inventory)

    def enter(self, what: str, lines: Lines) -> None:
        postings = "".join(f"  {account}  {amount:f} USD\n" for account, amount in lines.items())
        entries, errors, _ = loader.load_string(f'{_HEAD}{_DAY} * "{what}"\n{postings}')
        if errors:
            raise AssertionError([error.message for error in errors])
        for entry in entries:
            if isinstance(entry, Transaction):
                for posting in entry.postings:
                    self._inventories[posting.account].add_position(posting)

    def balance(self, account: str) -> Decimal:
        """The account with everything below it."""
        below = (name for name in self._inventories if name == account or name.startswith(f"{account}:"))
        parts = (self._inventories[name].get_currency_units("USD").number for name in below)  # type: ignore[no-untyped-call]
        return sum(parts, Decimal(0))
