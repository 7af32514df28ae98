from __future__ import annotations

from pathlib import Path

import pytest

from counterfoil.sandbox.sagepro.audit import audit
from counterfoil.sandbox.sagepro.audit.reader import read_books
from tests.integration.sagepro_audit.cases import CASES, Case
from tests.integration.sagepro_audit.damage import audited

WITNESS = {
    "receipt_balanced": "distribution_balanced",
    **dict.fromkeys(("customers_exist", "documents_exist", "items_exist", "orders_exist"), "owners_exist"),
    **dict.fromkeys(("order_numbers_unique", "masters_unique"), "numbers_unique"),
    "order_twins_equal": "twins_equal",
    "allocated_by_store": "allocated",
    **dict.fromkeys(("on_hand_by_store", "on_hand_by_tier"), "on_hand"),
    "line_link_codes": "link_codes",
}
"""What the sandbox's own audit, which shares no code and no reader with this one, calls a check."""


def witnessed(folder: Path) -> set[str]:
    return {verdict.name for verdict in audit(read_books(folder)) if not verdict.ok}


def test_sound_books_are_sound_to_both_audits(sound: Path) -> None:
    answer = audited(sound)
    assert (answer.code, answer.found, answer.document["sound"]) == (0, {}, True)
    assert witnessed(sound) == set()
    for check in answer.document["checks"]:
        assert check["looked_at"] or check["name"] == "rows_readable"
        assert check["not_made"] is None


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_one_wrong_row_is_found_by_both_audits_and_nothing_else(case: Case, folder: Path) -> None:
    case.harm(folder)
    answer = audited(folder)
    found = {name: [(table, column) for table, _, column in each] for name, each in answer.found.items()}
    assert found == case.found
    assert answer.code == 1
    assert {WITNESS.get(name, name) for name in found} == witnessed(folder)
