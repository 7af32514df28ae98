from __future__ import annotations

import pytest

from counterfoil.sandbox.sagepro.cast import Cast, NoSuchDocumentError, Pick, cast_of
from counterfoil.sandbox.sagepro.company import make_company
from counterfoil.sandbox.sagepro.market import SAMPLE, Size
from tests.unit.sandbox_sagepro.samples import AS_OF, find, small_books, small_company


def parts(cast: Cast) -> list[Pick]:
    single = [cast.ordered, cast.partly_paid, cast.twin, cast.in_history, cast.paid, cast.void, cast.pair[0]]
    return [*single, *cast.unpaid]


@pytest.mark.parametrize("seed", [1, 2026])
def test_a_sample_has_a_part_for_everyone(seed: int) -> None:
    company = make_company(seed, AS_OF, size=SAMPLE)
    cast = cast_of(company)
    customers = [pick.customer for pick in parts(cast)]
    assert len(set(customers)) == len(customers)
    assert cast.locked.customer not in customers
    assert cast == cast_of(company)


def test_the_parts_are_what_they_say() -> None:
    cast, books = cast_of(small_company(), unpaid=2), small_books()

    def row(pick: Pick, table: str = "armast") -> dict[str, object]:
        return dict(find(books, table, invno=pick.number.rjust(10)).values)

    assert row(cast.twin)["currhist"] == "X"
    assert row(cast.ordered)["ornum"] == cast.ordered.order.rjust(10)
    assert row(
        cast.void, "arymst" if cast.void.number.rjust(10) not in books.by("armast", "invno") else "armast"
    )
    assert row(cast.in_history, "arymst")["balance"] == cast.in_history.open > 0
    assert 0 < cast.partly_paid.open < cast.partly_paid.total
    assert cast.paid.open == 0
    assert cast.pair[0].customer == cast.pair[1].customer
    assert find(books, "arcust", custno=cast.locked.customer).values["lckstat"] == "L"
    assert find(books, "arcust", custno=cast.without_invoice.number).amount("balance") <= 0


def test_a_company_too_small_says_what_it_lacks() -> None:
    tiny = Size(customers=4, items=3, open_invoices=4, closed_invoices=4, open_orders=1)
    with pytest.raises(NoSuchDocumentError, match="take another seed"):
        cast_of(make_company(1, AS_OF, size=tiny))
