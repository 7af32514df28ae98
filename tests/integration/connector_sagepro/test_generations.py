"""Every layout and generation that we know: discovered, posted to, repeated, taken back, audited."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from counterfoil.connectors.sagepro.company import SageProCompany
from counterfoil.connectors.sagepro.profile import Accounts, Profile
from counterfoil.connectors.sagepro.records import TableName
from counterfoil.connectors.sagepro.sites import site_profile
from counterfoil.connectors.sagepro.trust.rungs import Mode
from counterfoil.domain.facts.receipt import ReceiptFact
from counterfoil.domain.facts.reversal import ReversalFact
from counterfoil.domain.payment import Tender
from counterfoil.foxpro.checking.table_check import check_table
from counterfoil.foxpro.table import Table
from counterfoil.ports.clock import ManualClock
from counterfoil.ports.erp import AlreadyPosted, Conflict, Posted, Refused
from counterfoil.sandbox.sagepro import chart
from counterfoil.sandbox.sagepro.cast import Pick, cast_of
from counterfoil.sandbox.sagepro.company import make_company
from counterfoil.sandbox.sagepro.market import SMALL
from counterfoil.sandbox.sagepro.structures.columns import PRO_VFP, WIDE, Widths
from counterfoil.sandbox.sagepro.structures.layouts import LAYOUTS, SBT_7, Layout
from counterfoil.sandbox.sagepro.writer import write_company
from tests.integration.sagepro_audit.damage import run
from tests.support.sagepro_books import receipt
from tests.support.trust import stand

AS_OF = date(2026, 11, 23)
CLEARING = {Tender.CARD: chart.CARD_CLEARING, Tender.ACH: chart.ACH_CLEARING}
SITES = [(layout, PRO_VFP) for layout in LAYOUTS] + [(SBT_7, WIDE)]


class Stage:
    """One site on disk, and the company as its drafted profile opens it."""

    def __init__(self, folder: Path, layout: Layout, widths: Widths) -> None:
        self.folder = folder
        company = make_company(7, AS_OF, widths=widths, size=SMALL)
        write_company(company, folder, layout=layout)
        self.cast = cast_of(company, unpaid=3)
        stand(self.profile)
        self.erp = SageProCompany(self.profile, ManualClock(datetime(2026, 11, 23, 15, 0, tzinfo=UTC)))

    @property
    def profile(self) -> Profile:
        accounts = Accounts(receivable=chart.RECEIVABLE, clearing=CLEARING)
        return site_profile(self.folder).model_copy(update={"accounts": accounts, "mode": Mode.TEST})

    def require_sound(self) -> None:
        answer = run(self.folder)
        assert "new findings: 0" in answer.output, answer.output
        assert [finding for path in self.tables() for finding in check_table(path)] == []

    def tables(self) -> list[Path]:
        return sorted(path for path in self.folder.rglob("*") if path.suffix.lower() == ".dbf")

    def rows_of(self, table: TableName) -> list[dict[str, object]]:
        (path,) = (path for path in self.tables() if path.stem.lower() == f"{table.value}01")
        with Table.open(path) as opened:
            return [dict(record.values) for record in opened.records()]


@pytest.fixture(params=SITES, ids=lambda site: f"{site[0].name}-{site[1].name}")
def stage(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Stage]:
    stage = Stage(tmp_path / "site", *request.param)
    yield stage
    stage.erp.close()


def paying(*picks: Pick, on_account: str = "0", part: Decimal = Decimal(1)) -> ReceiptFact:
    applied = {pick.number: str((pick.open * part).quantize(Decimal("0.01"))) for pick in picks}
    return receipt(picks[0].customer, applied, on_account, transaction=f"44{picks[0].number}")


def test_receipts_stand_once_and_are_taken_back_whole(stage: Stage) -> None:
    cast = stage.cast
    facts = [
        paying(cast.unpaid[0]),
        paying(cast.unpaid[1], part=Decimal("0.37")),
        paying(cast.unpaid[2], on_account="12.34"),
        paying(*cast.pair),
        paying(cast.twin),
        receipt(cast.without_invoice.number, {}, "250.00", transaction="4498000001"),
    ]
    before = _balances(stage)
    answers = stage.erp.post(facts)
    assert [type(answer) for answer in answers] == [Posted] * len(facts), answers
    stage.require_sound()
    assert [type(answer) for answer in stage.erp.post(facts)] == [AlreadyPosted] * len(facts)
    (other,) = stage.erp.post([replace(facts[0], received_on=date(2026, 11, 19))])
    assert isinstance(other, Conflict)
    for fact in facts:
        key = fact.key
        back = ReversalFact(key=key.reversal, reverses=key, reversed_on=AS_OF, reason="voided")
        (answer,) = stage.erp.post([back])
        assert isinstance(answer, Posted), answer
    assert _balances(stage) == before
    stage.require_sound()


def test_what_does_not_fit_is_refused_and_no_byte_changes(stage: Stage) -> None:
    before = {path: path.read_bytes() for path in stage.tables()}
    limits = stage.profile.open_credits.model_copy(update={"first": 10**10, "last": 10**11})
    stage.erp.close()
    profile = stage.profile.model_copy(update={"open_credits": limits})
    fact = receipt(stage.cast.without_invoice.number, {}, "250.00", transaction="4498000001")
    stage.erp = SageProCompany(profile, ManualClock(datetime(2026, 11, 23, 15, 0, tzinfo=UTC)))
    (answer,) = stage.erp.post([fact])
    assert isinstance(answer, Refused)
    assert "artran01.invno: '10000000000' needs 11 characters, the field has 10" in answer.why
    assert {path: path.read_bytes() for path in stage.tables()} == before


def _balances(stage: Stage) -> object:
    customers = {row["custno"]: row["balance"] for row in stage.rows_of(TableName.CUSTOMERS)}
    documents = {
        (row["invno"], row["custno"]): row["balance"]
        for row in stage.rows_of(TableName.DOCUMENTS)
        if row["balance"]
    }
    return customers, documents
