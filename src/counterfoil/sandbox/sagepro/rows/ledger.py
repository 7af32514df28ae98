"""Rows of GL accounts with their balances, account types, the account structure and link codes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from counterfoil.sandbox.sagepro import chart
from counterfoil.sandbox.sagepro.distributions import Distribution
from counterfoil.sandbox.sagepro.periods import Calendar
from counterfoil.sandbox.sagepro.rows.values import Row, Value, added
from counterfoil.sandbox.sagepro.stock import Stock
from counterfoil.sandbox.sagepro.structures.gl import PERIODS

_ZERO = Decimal(0)


@dataclass(slots=True)
class Balance:
    """An account's opening balance and what was posted to it, by year and month."""

    opening: Decimal
    months: dict[tuple[int, int], Decimal] = field(default_factory=dict)

    @property
    def current(self) -> Decimal:
        return sum(self.months.values(), self.opening)

    def year(self, year: int) -> Decimal:
        return sum((amount for (in_year, _), amount in self.months.items() if in_year == year), _ZERO)


def balances(rows: Iterable[Distribution], stock: Iterable[Stock], calendar: Calendar) -> dict[str, Balance]:
    """Closed periods are posted, the current one waits; retained earnings take what is left."""
    result = {account.number: Balance(account.opening) for account in chart.ACCOUNTS}
    for each in stock:
        result[each.location.account].opening += each.value
    result[chart.RETAINED].opening = -sum((balance.opening for balance in result.values()), _ZERO)
    for row in rows:
        if calendar.is_closed(row.on):
            months, month = result[row.account].months, (row.on.year, row.on.month)
            months[month] = months.get(month, _ZERO) + row.amount
    return result


def _by_period(prefix: str, balance: Balance, year: int) -> dict[str, Value]:
    return {
        f"{prefix}{period:02d}": balance.months.get((year, period), _ZERO) for period in range(1, PERIODS + 1)
    }


def _blank_budgets() -> dict[str, Value]:
    return {
        f"{prefix}{period:02d}": None for prefix in ("glcbud", "gllbud") for period in range(1, PERIODS + 1)
    }


def account_rows(totals: dict[str, Balance], calendar: Calendar) -> Iterator[Row]:
    closed = calendar.last_closed_day
    for number, account in enumerate(chart.ACCOUNTS, start=1):
        balance = totals[account.number]
        yield {
            "glacnt": account.number,
            "gldesc": account.name,
            "gltype": account.type,
            "glseq": str(number * 10),
            "glatype": "D" if account.type in {"CA", "FA", "EX"} else "C",
            "glptdb": balance.months.get((closed.year, closed.month), _ZERO),
            "glytdb": balance.year(closed.year),
            "glcurb": balance.current,
            **_by_period("glcbal", balance, closed.year),
            **_by_period("gllbal", balance, closed.year - 1),
            **_blank_budgets(),
        }


def type_rows() -> Iterator[Row]:
    for number, (kind, name, low, high) in enumerate(chart.TYPES, start=1):
        yield {"gltype": kind, "gldesc": name, "glseq": str(number), "gllow": low, "glupp": high}


def segment_rows() -> Iterator[Row]:
    for number, length, mask in chart.SEGMENTS:
        yield {"segid": number, "seglen": length, "segmask": mask}


def link_rows(links: Sequence[chart.Link], calendar: Calendar) -> Iterator[Row]:
    for number, link in enumerate(links):
        yield {
            "scode": link.sales,
            "icode": link.stock,
            "descr": link.name,
            "activity": link.activity,
            "incom": link.income,
            "costs": link.cost,
            "lndisc": link.discount,
            **added(calendar.history_start, number),
        }
