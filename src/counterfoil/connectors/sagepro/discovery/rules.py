"""How a document's balance relates to what was paid and to the discount: measured, not believed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal

from counterfoil.connectors.sagepro.discovery.report import BalanceRule, Ground
from counterfoil.connectors.sagepro.records import Row

APART = "total - paid - discount"
WITHIN = "total - paid"
RULES: Mapping[str, Callable[[Row], Decimal]] = {
    APART: lambda row: row.money("total") - row.money("paid") - row.money("discount"),
    WITHIN: lambda row: row.money("total") - row.money("paid"),
}
"""Both are inferred: the discount stands beside what was paid, or within it."""

EXCEPTIONS_MAX = 5
_FITTING_PERCENT = 95
"""A rule that fits fewer of the telling rows is none."""


def measure_balance(rows: Iterable[Row]) -> BalanceRule:
    """Tries every rule on every row; a row without a discount fits both or none and decides nothing."""
    looked_at = telling = 0
    fits: Counter[str] = Counter()
    telling_fits: Counter[str] = Counter()
    misfits: list[tuple[Row, frozenset[str]]] = []
    for row in rows:
        looked_at += 1
        fitting = frozenset(name for name, rule in RULES.items() if rule(row) == row.money("balance"))
        fits.update(fitting)
        if row.money("discount"):
            telling += 1
            telling_fits.update(fitting)
        if fitting != RULES.keys():
            misfits.append((row, fitting))
    rule = _chosen(telling, telling_fits)
    exceptions = [row for row, fitting in misfits if (rule not in fitting if rule else not fitting)]
    ground = Ground.INFERRED if exceptions else Ground.VERIFIED
    return BalanceRule(
        looked_at=looked_at,
        telling=telling,
        fits={name: fits[name] for name in RULES},
        telling_fits={name: telling_fits[name] for name in RULES},
        rule=rule,
        ground=ground if rule else Ground.UNKNOWN,
        exceptions=[_told(row) for row in exceptions[:EXCEPTIONS_MAX]],
        exceptions_count=len(exceptions),
    )


def _chosen(telling: int, fits: Mapping[str, int]) -> str:
    """The one rule that fits nearly all telling rows; none where no row tells."""
    good = [name for name in RULES if telling and fits.get(name, 0) * 100 >= telling * _FITTING_PERCENT]
    return good[0] if len(good) == 1 else ""


def _told(row: Row) -> str:
    amounts = (f"{name} {row.money(name)}" for name in ("total", "paid", "discount", "balance"))
    return f"{row.text('number')}: {', '.join(amounts)}"
