from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from counterfoil.sandbox.sagepro.audit import audit
from counterfoil.sandbox.sagepro.company import books_of, make_company
from counterfoil.sandbox.sagepro.market import Size
from counterfoil.sandbox.sagepro.structures.columns import PRESETS, Widths

SIZES = st.builds(
    Size,
    customers=st.integers(4, 30),
    items=st.integers(1, 20),
    open_invoices=st.integers(4, 40),
    closed_invoices=st.integers(4, 60),
    open_orders=st.integers(1, 10),
)


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, (1 << 64) - 1),
    as_of=st.dates(date(1990, 1, 1), date(2099, 12, 31)),
    widths=st.sampled_from(PRESETS),
    size=SIZES,
)
def test_any_company_has_clean_books(seed: int, as_of: date, widths: Widths, size: Size) -> None:
    verdicts = audit(books_of(make_company(seed, as_of, widths=widths, size=size)))
    assert [(verdict.name, verdict.differences) for verdict in verdicts if not verdict.ok] == []
