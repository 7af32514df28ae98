from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from counterfoil.cli.demo.plan import OpenItem, choose, read_plan, write_plan
from counterfoil.ports.errors import ConfigurationError


def items(count: int) -> list[OpenItem]:
    return [
        OpenItem(invoice=str(1000 + i), customer=f"CUST{i:02}", open=Decimal(100 + i)) for i in range(count)
    ]


def test_the_same_books_give_the_same_story_whatever_their_order() -> None:
    assert choose(items(12)) == choose(items(12)[::-1])


def test_every_paying_chapter_has_a_customer_of_its_own_or_says_why() -> None:
    plan = choose(items(12))
    customers = [chapter.customer for chapter in plan.chapters if chapter.customer]
    again = {"The first invoice is paid a second time", "A card is declined"}
    others = [c.customer for c in plan.chapters if c.customer and c.title not in again]
    assert len(set(others)) == len(others)
    assert set(customers) == set(others)


def test_small_invoices_are_passed_over() -> None:
    small = OpenItem(invoice="0001", customer="TINY", open=Decimal("5.00"))
    assert choose([small, *items(12)]) == choose(items(12))


def test_too_few_open_invoices_are_named() -> None:
    with pytest.raises(ConfigurationError, match="8 customers"):
        choose(items(7))


def test_a_story_is_taken_up_as_it_was_planned(tmp_path: Path) -> None:
    path = tmp_path / "demo" / "story.json"
    assert read_plan(path) is None
    plan = choose(items(12))
    write_plan(path, plan)
    assert read_plan(path) == plan
