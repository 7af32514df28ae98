"""After receipts were posted into the sample company, CodeBase finds every table and every tag right."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from counterfoil.connectors.sagepro.company import SageProCompany
from counterfoil.connectors.sagepro.profile import parse_profile
from counterfoil.ports.clock import ManualClock
from counterfoil.ports.erp import Posted
from counterfoil.sandbox.sagepro import chart
from counterfoil.sandbox.sagepro.audit.reader import read_books
from counterfoil.sandbox.sagepro.balances import unpaid_invoices
from counterfoil.sandbox.sagepro.company import make_company
from counterfoil.sandbox.sagepro.structures import structures
from counterfoil.sandbox.sagepro.writer import table_path, write_company
from tests.oracle.client import Oracle
from tests.support.sagepro_books import receipt
from tests.support.trust import stand

AS_OF = date(2026, 11, 23)
RECEIPTS = 120
PROFILE = f"""
company: "01"
mode: test
system_folder: .
accounts:
  clearing: {{card: {chart.CARD_CLEARING}, ach: {chart.ACH_CLEARING}}}
"""


def test_every_tag_is_right_after_receipts_and_payments_on_account(tmp_path: Path) -> None:
    folder = tmp_path / "sagepro"
    company = make_company(2026, AS_OF)
    write_company(company, folder)
    unpaid = list(unpaid_invoices(read_books(folder)))[:RECEIPTS]
    facts = [
        receipt(
            item.customer,
            {item.invoice: str(item.open)},
            "1.00" if number % 3 == 0 else "0",
            transaction=f"77{item.invoice}",
        )
        for number, item in enumerate(unpaid)
    ]
    clock = ManualClock(datetime(2026, 11, 23, 15, 0, tzinfo=UTC))
    profile = parse_profile(PROFILE, base=folder)
    stand(profile)
    with SageProCompany(profile, clock) as erp:
        answers = erp.post(facts)
    assert len(facts) == RECEIPTS
    assert [type(answer) for answer in answers] == [Posted] * RECEIPTS
    with Oracle() as oracle:
        for structure in structures(company.widths):
            oracle.open(folder / table_path(structure))
            verdict = oracle.verify()
            assert verdict.is_good, (structure.table, verdict)
