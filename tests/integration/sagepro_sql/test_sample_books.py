"""The connector posts into the sample company in a database and audits it; the sandbox's audit looks on."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from counterfoil.cli import app
from counterfoil.connectors.sagepro.company import SageProCompany
from counterfoil.connectors.sagepro.profile import read_profile
from counterfoil.domain.facts.receipt import ReceiptFact
from counterfoil.domain.identifiers import CustomerNumber
from counterfoil.ports.clock import ManualClock
from counterfoil.ports.erp import AlreadyPosted, Busy, Posted, Refused
from counterfoil.sandbox.sagepro import chart
from counterfoil.sandbox.sagepro.audit import audit
from counterfoil.sandbox.sagepro.cast import Cast, Pick, cast_of
from counterfoil.sandbox.sagepro.company import make_company
from counterfoil.sandbox.sagepro.market import SMALL
from counterfoil.sandbox.sagepro.sql.reader import read_books
from counterfoil.sandbox.sagepro.sql.tables import Databases
from counterfoil.sandbox.sagepro.sql.writer import write_company
from counterfoil.sandbox.sagepro.structures.columns import PRESETS, Widths
from counterfoil.store.database import Database
from tests.support.sagepro_books import receipt
from tests.support.sagepro_sql_site import PASSWORD, address_of, dsn_of, password_of
from tests.support.trust import stand

AS_OF = date(2026, 11, 23)


class Stage:
    """A small company in a database, with its profile in a file."""

    def __init__(self, database: Database, folder: Path, widths: Widths) -> None:
        self.widths = widths
        self.engine = sa.create_engine(dsn_of(database), poolclass=sa.pool.NullPool)
        company = make_company(7, AS_OF, widths=widths, size=SMALL)
        write_company(company, self.engine, Databases())
        self.cast: Cast = cast_of(company, unpaid=3)
        self.path = folder / "profile.yaml"
        dsn = address_of(database).render_as_string()
        self.path.write_text(
            f"""
company: "01"
preset: mssql
mode: test
database: {{dsn: "{dsn}", company_db: PRO01, password_variable: {PASSWORD}}}
accounts:
  clearing: {{card: {chart.CARD_CLEARING}, ach: {chart.ACH_CLEARING}}}
"""
        )
        self.profile = read_profile(self.path)
        stand(self.profile)

    def open(self) -> SageProCompany:
        return SageProCompany(self.profile, ManualClock(datetime(2026, 11, 23, 15, 0, tzinfo=UTC)))

    def broken(self) -> dict[str, object]:
        books = read_books(self.engine, self.widths, Databases())
        return {verdict.name: verdict.differences for verdict in audit(books) if not verdict.ok}

    def do(self, statement: str, **values: str) -> None:
        with self.engine.begin() as connection:
            connection.execute(sa.text(statement), values)


@pytest.fixture(params=PRESETS, ids=lambda widths: widths.name)
def stage(
    empty_database: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> Stage:
    monkeypatch.setenv(PASSWORD, password_of(empty_database))
    return Stage(empty_database, tmp_path, request.param)


def paying(*picks: Pick, on_account: str = "0") -> ReceiptFact:
    applied = {pick.number: str(pick.open) for pick in picks}
    return receipt(picks[0].customer, applied, on_account, transaction=f"44{picks[0].number}")


def test_receipts_of_every_kind_leave_the_books_clean(stage: Stage) -> None:
    cast = stage.cast
    facts = [
        paying(cast.unpaid[0]),
        paying(cast.unpaid[2], on_account="12.34"),
        paying(*cast.pair),
        paying(cast.twin),
        paying(cast.partly_paid),
        paying(cast.ordered),
        receipt(cast.without_invoice.number, {}, "250.00", transaction="4498000001"),
    ]
    with stage.open() as company:
        answers = company.post(facts)
        assert [type(answer) for answer in answers] == [Posted] * len(facts), answers
        assert [type(answer) for answer in company.post(facts)] == [AlreadyPosted] * len(facts)
        in_history, locked = company.post([paying(cast.in_history), paying(cast.locked)])
        assert isinstance(in_history, Refused)
        assert isinstance(locked, Busy)
        items = company.find_open_items(CustomerNumber(cast.ordered.customer))
        assert cast.ordered.number not in {item.number for item in items}
    assert stage.broken() == {}
    audited = CliRunner().invoke(app, ["sagepro", "audit", str(stage.path)])
    assert audited.exit_code == 0, audited.output


def test_the_audit_makes_every_check_and_names_what_is_wrong(stage: Stage) -> None:
    sound = CliRunner().invoke(app, ["sagepro", "audit", str(stage.path)])
    assert (sound.exit_code, "sound; 35 of 35 checks made" in sound.stdout) == (0, True), sound.output
    number = stage.cast.unpaid[0].number
    found = 'UPDATE "PRO01".armast SET balance = balance + 1 WHERE btrim(CAST(invno AS text)) = :number'
    stage.do(found, number=number)
    broken = CliRunner().invoke(app, ["sagepro", "audit", str(stage.path)])
    assert broken.exit_code == 1
    assert number in broken.stdout


def test_a_number_that_stands_on_the_left_is_told(stage: Stage) -> None:
    number = stage.cast.unpaid[0].number
    moved = 'UPDATE "PRO01".armast SET invno = :number WHERE btrim(CAST(invno AS text)) = :number'
    stage.do(moved, number=number)
    told = CliRunner().invoke(app, ["sagepro", "audit", str(stage.path)])
    assert told.exit_code == 1
    assert "padded with blanks on the left" in told.stdout


def test_the_check_tells_what_is_known_and_counts_card_numbers(stage: Stage) -> None:
    clean = CliRunner().invoke(app, ["sagepro", "check", str(stage.path)])
    assert clean.exit_code == 0, clean.output
    assert "unknown  receipt on invoices, card" in clean.stdout
    assert "arcust: 1 rows are marked as locked" in clean.stdout
    assert "No card numbers were found" in clean.stdout
    stage.do("""UPDATE "PRO01".arcust SET comment = 'card 4012000098765439' WHERE id_col = 2""")
    stage.do("CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'")
    stage.do('CREATE TRIGGER t BEFORE INSERT ON "PRO01".arcash FOR EACH ROW EXECUTE FUNCTION nothing()')
    stage.do('ALTER TABLE "PRO01".artran DROP COLUMN extprice')
    told = CliRunner().invoke(app, ["sagepro", "check", str(stage.path)])
    assert told.exit_code == 1
    assert "arcust.comment looks like card numbers in 1 of" in told.stdout
    assert "4012000098765439" not in told.output
    assert "arcash has a trigger of the site's own" in told.stdout
    assert "table artran has no column extprice" in told.stdout


def test_the_check_tells_whether_orders_and_customers_can_be_entered(stage: Stage) -> None:
    without = CliRunner().invoke(app, ["sagepro", "check", str(stage.path)])
    assert "the profile does not tell how orders are numbered: give numbering.orders" in without.stdout
    with stage.path.open("a", encoding="utf-8") as profile:
        profile.write("numbering: {orders: {counter: int1}, customers: {counter: int1}}\n")
    numbered = CliRunner().invoke(app, ["sagepro", "check", str(stage.path)])
    assert numbered.exit_code == 0, numbered.output
    assert "how orders are numbered" not in numbered.stdout
    stage.do('ALTER TABLE "PRO01".sotran DROP COLUMN extprice')
    stage.do('DROP TABLE "PRO01".arcadr')
    stage.do("""UPDATE "PROSYS".sysdata SET int1 = NULL WHERE sysid = 'AR01'""")
    told = CliRunner().invoke(app, ["sagepro", "check", str(stage.path)])
    assert told.exit_code == 1
    assert "table sotran has no column extprice (extended_price)" in told.stdout
    assert "the table arcadr was not found" in told.stdout
