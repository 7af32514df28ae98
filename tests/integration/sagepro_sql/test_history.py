"""What a period close moved to history is still seen in the SQL Server edition."""

from __future__ import annotations

from counterfoil.ports.erp import KeyedByHand
from tests.support.closed_period import FACT, MOVED, with_history
from tests.support.sagepro_sql_site import SqlSite


def test_a_receipt_keyed_by_hand_and_moved_to_history_is_asked_about(odd_site: SqlSite) -> None:
    with_history(odd_site).rows = MOVED
    with odd_site.build().open() as company:
        (answer,) = company.post([FACT])
    assert isinstance(answer, KeyedByHand)
    assert [(one.number, one.reference) for one in answer.receipts] == [("800", "CHK 77")]
