"""What is summed up while documents, receipts and orders go by, and the rules over the sums.

Sums are kept per customer, account and place of stock, of which a company has few; never per document.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from counterfoil.connectors.sagepro.audit.documents import documents_of, is_open_credit
from counterfoil.connectors.sagepro.audit.findings import ZERO, Check, Finding, Group, Rule, Terms, same
from counterfoil.connectors.sagepro.audit.orders import firm_orders, reserving_lines
from counterfoil.connectors.sagepro.records import Row, TableName

_POSTED = "P"
_CASH_LINE, _RECEIVABLE_LINE = "C", "R"
Place = tuple[str, str]


@dataclass(slots=True)
class Sums:
    """Amounts by key, and the first row that brought each."""

    amounts: dict[str, Decimal] = field(default_factory=dict)
    first: dict[str, Row] = field(default_factory=dict)

    def add(self, key: str, amount: Decimal, row: Row | None = None) -> None:
        self.amounts[key] = self.amounts.get(key, ZERO) + amount
        if row is not None:
            self.first.setdefault(key, row)

    def of(self, key: str) -> Decimal:
        return self.amounts.get(key, ZERO)


@dataclass(slots=True)
class Totals:
    """Everything that is known of the whole company when the last row went by."""

    open: Sums = field(default_factory=Sums)
    """By customer: live documents, each once."""
    open_current: Sums = field(default_factory=Sums)
    """By customer: live documents of the current table alone."""
    deposits: dict[tuple[str, str], Decimal] = field(default_factory=dict)
    """By customer and account: what is open of credits that bear an order, as distributed."""
    ordered: Sums = field(default_factory=Sums)
    received: Sums = field(default_factory=Sums)
    """By cash account: receipts that were not reversed; a credit that was applied moved no cash."""
    distributed: Sums = field(default_factory=Sums)
    waiting: Sums = field(default_factory=Sums)
    """By account: distributions that the general ledger has not got yet."""
    reserved: dict[Place, Decimal] = field(default_factory=dict)
    rows: dict[TableName, list[Row]] = field(default_factory=dict)
    """The masters: customers, items, stock, accounts, link codes."""

    def of(self, table: TableName) -> Sequence[Row]:
        return self.rows.get(table, ())

    def add_document(self, group: Group, terms: Terms) -> None:
        in_history = not group.has(TableName.DOCUMENTS)
        for row in documents_of(group):
            if not terms.is_void(row):
                self.open.add(row.text("customer"), row.money("balance"))
                if not in_history:
                    self.open_current.add(row.text("customer"), row.money("balance"))
                if is_open_credit(row, terms) and row.text("order"):
                    self._add_deposit(row.text("customer"), group)

    def _add_deposit(self, customer: str, group: Group) -> None:
        """A deposit on an order is owed on the account that its receivables lines name."""
        for line in group.of(TableName.DISTRIBUTIONS):
            if line.text("line_kind") == _RECEIVABLE_LINE:
                key = customer, line.text("account")
                self.deposits[key] = self.deposits.get(key, ZERO) + line.money("amount")

    def add_order(self, group: Group) -> None:
        orders = list(firm_orders(group))
        for order in orders:
            self.ordered.add(order.text("customer"), order.money("amount"))
        if orders:
            for line in reserving_lines(group):
                place = place_of(line)
                self.reserved[place] = self.reserved.get(place, ZERO) + line.money("open_quantity")

    def add_receipt(self, row: Row) -> None:
        if not row.values.get("reversed") and not row.text("applied_to"):
            self.received.add(row.text("account"), row.money("paid"), row)

    def add_distribution(self, row: Row) -> None:
        if row.text("line_kind") == _CASH_LINE:
            self.distributed.add(row.text("account"), row.money("amount"), row)
        if row.text("status") != _POSTED:
            self.waiting.add(row.text("account"), row.money("amount"))


def place_of(row: Row) -> Place:
    return row.text("item"), row.text("location")


def _balances(totals: Totals, sums: Sums) -> Iterator[Finding]:
    for row in totals.of(TableName.CUSTOMERS):
        yield from same(row, row.text("number"), "balance", sums.of(row.text("number")))


def customer_balance(totals: Totals, _: Terms) -> Iterator[Finding]:
    yield from _balances(totals, totals.open)


def customer_balance_current(totals: Totals, _: Terms) -> Iterator[Finding]:
    yield from _balances(totals, totals.open_current)


def on_order(totals: Totals, _: Terms) -> Iterator[Finding]:
    for row in totals.of(TableName.CUSTOMERS):
        yield from same(row, row.text("number"), "on_order", totals.ordered.of(row.text("number")))


def _by_place(rows: Sequence[Row], column: str) -> dict[Place, Decimal]:
    sums: dict[Place, Decimal] = {}
    for row in rows:
        sums[place_of(row)] = sums.get(place_of(row), ZERO) + row.money(column)
    return sums


def _at_places(totals: Totals, column: str, expected: Mapping[Place, Decimal]) -> Iterator[Finding]:
    for row in totals.of(TableName.LOCATIONS):
        yield from same(row, " ".join(place_of(row)), column, expected.get(place_of(row), ZERO))


def allocated(totals: Totals, _: Terms) -> Iterator[Finding]:
    yield from _at_places(totals, "allocated", totals.reserved)


def allocated_by_store(totals: Totals, _: Terms) -> Iterator[Finding]:
    yield from _at_places(totals, "allocated", _by_place(totals.of(TableName.STORES), "allocated"))


def on_hand_by_store(totals: Totals, _: Terms) -> Iterator[Finding]:
    yield from _at_places(totals, "on_hand", _by_place(totals.of(TableName.STORES), "on_hand"))


def on_hand_by_tier(totals: Totals, _: Terms) -> Iterator[Finding]:
    yield from _at_places(totals, "on_hand", _by_place(totals.of(TableName.COST_TIERS), "on_hand"))


def on_hand(totals: Totals, _: Terms) -> Iterator[Finding]:
    sums: dict[str, Decimal] = {}
    for row in totals.of(TableName.LOCATIONS):
        sums[row.text("item")] = sums.get(row.text("item"), ZERO) + row.money("on_hand")
    for row in totals.of(TableName.ITEMS):
        yield from same(row, row.text("item"), "on_hand", sums.get(row.text("item"), ZERO))


def receipts_distributed(totals: Totals, _: Terms) -> Iterator[Finding]:
    for account, row in {**totals.distributed.first, **totals.received.first}.items():
        column = "paid" if account in totals.received.first else "amount"
        yield from same(row, account, column, totals.distributed.of(account), totals.received.of(account))


def receivable_control(totals: Totals, _: Terms) -> Iterator[Finding]:
    items = Sums()
    accounts = {row.text("number"): row.text("receivable_account") for row in totals.of(TableName.CUSTOMERS)}
    for customer, account in accounts.items():
        items.add(account, totals.open.of(customer))
    for (customer, account), amount in totals.deposits.items():
        own = accounts.get(customer, account)
        if account != own:
            items.add(own, -amount)
    for row in totals.of(TableName.ACCOUNTS):
        account = row.text("number")
        if account in items.amounts:
            found = row.money("balance") + totals.waiting.of(account)
            yield from same(row, account, "balance", items.of(account), found)


def trial_balance(totals: Totals, _: Terms) -> Iterator[Finding]:
    rows = totals.of(TableName.ACCOUNTS)
    if rows:
        found = sum((row.money("balance") for row in rows), ZERO)
        yield from same(rows[0], "all accounts", "balance", ZERO, found)


_C, _L, _S = TableName.CUSTOMERS, TableName.LOCATIONS, TableName.STORES
_CASH = {TableName.CASH: ("account", "applied_to"), TableName.CASH_HISTORY: ("account", "applied_to")}

CHECKS: tuple[Check[Totals], ...] = (
    Check(
        name="customer_balance",
        rules=(
            Rule(
                "A customer owes the sum of what is open on the customer's live documents, each once.",
                customer_balance,
            ),
            Rule(
                "A customer owes the sum of what is open on the live documents of the current table.",
                customer_balance_current,
            ),
        ),
        needs={_C: (), TableName.DOCUMENTS: (), TableName.DOCUMENT_HISTORY: ()},
    ),
    Check(
        name="receipts_distributed",
        rules=(
            Rule(
                "The receipts booked to a cash account equal the cash lines distributed to it.",
                receipts_distributed,
            ),
        ),
        needs={**_CASH, TableName.DISTRIBUTIONS: ("line_kind",)},
    ),
    Check(
        name="receivable_control",
        rules=(
            Rule(
                "A receivables account, with what still waits to be posted to it, equals its open items;"
                " deposits on orders stand in accounts of their own.",
                receivable_control,
            ),
        ),
        needs={
            _C: ("receivable_account",),
            TableName.DOCUMENT_HISTORY: (),
            TableName.DISTRIBUTIONS: ("status",),
            TableName.ACCOUNTS: ("balance",),
        },
    ),
    Check(
        name="trial_balance",
        rules=(Rule("The general ledger's accounts add up to zero.", trial_balance),),
        needs={TableName.ACCOUNTS: ("balance",)},
    ),
    Check(
        name="on_order",
        rules=(Rule("A customer's amount on order is the sum of the customer's open orders.", on_order),),
        needs={_C: ("on_order",), TableName.ORDERS: ("amount", "status", "kind")},
    ),
    Check(
        name="allocated",
        rules=(
            Rule(
                "What is reserved of an item at a location is what open orders still want of it.",
                allocated,
            ),
        ),
        needs={
            _L: ("allocated",),
            TableName.ORDERS: ("status", "kind"),
            TableName.ORDER_LINES: ("item", "location", "open_quantity", "status", "stocked"),
        },
    ),
    Check(
        name="allocated_by_store",
        rules=(
            Rule(
                "What is reserved of an item at a location is what is reserved in its stores.",
                allocated_by_store,
            ),
        ),
        needs={_L: ("allocated",), _S: ("allocated",)},
    ),
    Check(
        name="on_hand",
        rules=(Rule("An item's stock on hand is the sum of its stock by location.", on_hand),),
        needs={TableName.ITEMS: ("on_hand",), _L: ("on_hand",)},
    ),
    Check(
        name="on_hand_by_store",
        rules=(Rule("Stock at a location is the sum of its stock by store.", on_hand_by_store),),
        needs={_L: ("on_hand",), _S: ("on_hand",)},
    ),
    Check(
        name="on_hand_by_tier",
        rules=(Rule("Stock at a location is the sum of its cost tiers.", on_hand_by_tier),),
        needs={_L: ("on_hand",), TableName.COST_TIERS: ("on_hand",)},
    ),
)
