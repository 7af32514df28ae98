"""Receipts a second into the sample company in PostgreSQL, beside the server's own commits; look-ups, audit.

PostgreSQL stands for SQL Server, which nobody has measured.
"""

from __future__ import annotations

import os
import tempfile
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import sqlalchemy as sa

from bench.results import Result
from bench.sagepro_postings import (
    DAY,
    GROUPS,
    LOOK_UPS,
    facts_of,
    look_up_rate,
    payable_documents,
    posting_rate,
)
from counterfoil.connectors.sagepro.audit.auditor import audit as audit_books
from counterfoil.connectors.sagepro.audited import open_books
from counterfoil.connectors.sagepro.company import SageProCompany
from counterfoil.connectors.sagepro.profile import Profile, parse_profile
from counterfoil.connectors.sagepro.sorting import row_sorter
from counterfoil.connectors.sagepro.trust.moving import move_company
from counterfoil.connectors.sagepro.trust.raising import Request
from counterfoil.connectors.sagepro.trust.rungs import Rung
from counterfoil.ports.clock import ManualClock
from counterfoil.sandbox.sagepro import chart
from counterfoil.sandbox.sagepro.audit import audit
from counterfoil.sandbox.sagepro.company import Company, make_company
from counterfoil.sandbox.sagepro.market import SAMPLE
from counterfoil.sandbox.sagepro.sql.reader import read_books
from counterfoil.sandbox.sagepro.sql.tables import Databases
from counterfoil.sandbox.sagepro.sql.writer import write_company
from counterfoil.sandbox.sagepro.structures.columns import WIDE
from counterfoil.store.database import Database
from tests import postgres
from tests.support.sagepro_sql_site import PASSWORD, address_of, dsn_of, password_of

COMMITS = 500


def run() -> list[Result]:
    company = make_company(1, DAY, widths=WIDE, size=SAMPLE)
    with tempfile.TemporaryDirectory() as folder, postgres.running_server() as server:
        postgres.execute(server, "CREATE DATABASE {name} TEMPLATE template0", name="books")
        database = Database(server.conninfo("books"))
        engine = sa.create_engine(dsn_of(database))
        write_company(company, engine, Databases())
        os.environ[PASSWORD] = password_of(database)
        try:
            return _measured(company, _profile(database, Path(folder)), engine)
        finally:
            engine.dispose()
            database.close()


def _profile(database: Database, folder: Path) -> Profile:
    text = f"""
company: "01"
preset: mssql
mode: test
database:
  dsn: {address_of(database).render_as_string()}
  company_db: PRO01
  password_variable: {PASSWORD}
accounts: {{clearing: {{card: {chart.CARD_CLEARING}}}}}
"""
    return parse_profile(text, base=folder)


def _measured(company: Company, profile: Profile, engine: sa.Engine) -> list[Result]:
    documents = payable_documents(company)
    facts = facts_of(documents)
    bare = _commits(engine)
    results = [Result("one row and one commit, one connection", bare, "commits/s")]
    clock = ManualClock(datetime(2026, 11, 23, 15, tzinfo=UTC))
    request = Request(rung=Rung.DIRECT, person="whoever measures", reason="a sample company")
    move_company(profile, request, clock.now())
    with SageProCompany(profile, clock) as books:
        for size, groups in GROUPS:
            rate = posting_rate(books, [[next(facts) for _ in range(size)] for _ in range(groups)])
            ratio = f"{rate / bare:.2f} x a bare commit"
            results.append(Result(f"receipts posted, groups of {size}", rate, "receipts/s", ratio))
        numbers = [str(document.number) for document in documents[:LOOK_UPS]]
        calls = [partial(books.find_references, number) for number in numbers]
        results.append(look_up_rate("references found", calls))
    broken = [verdict.name for verdict in audit(read_books(engine, WIDE, Databases())) if not verdict.ok]
    if broken:
        raise AssertionError(broken)
    results.append(_audit_time(profile))
    return results


def _commits(engine: sa.Engine) -> float:
    with engine.connect() as connection:
        connection.execute(sa.text("CREATE TABLE bare (number integer)"))
        connection.commit()
        started = time.perf_counter()
        for number in range(COMMITS):
            connection.execute(sa.text("INSERT INTO bare VALUES (:number)"), {"number": number})
            connection.commit()
        return COMMITS / (time.perf_counter() - started)


def _audit_time(profile: Profile) -> Result:
    started = time.perf_counter()
    with open_books(profile, lambda _what, _done, _total: None) as books:
        audit_books(books, row_sorter, profile.codes)
    return Result("the sample company audited", time.perf_counter() - started, "s")
