"""Receipts a second into the sample company by group size, beside the bare commits of the disk; look-ups."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from itertools import count, cycle
from pathlib import Path

from bench.disk import commits
from bench.results import Result
from counterfoil.connectors.sagepro.company import SageProCompany
from counterfoil.connectors.sagepro.profile import parse_profile
from counterfoil.connectors.sagepro.trust.moving import move_company
from counterfoil.connectors.sagepro.trust.raising import Request
from counterfoil.connectors.sagepro.trust.rungs import Rung
from counterfoil.domain.facts.keys import Effect, PostingKey
from counterfoil.domain.facts.receipt import Application, ReceiptFact
from counterfoil.domain.identifiers import CustomerNumber, InvoiceNumber, TransactionId
from counterfoil.domain.money import Money
from counterfoil.domain.payment import Tender
from counterfoil.ports.clock import ManualClock
from counterfoil.ports.erp import Posted
from counterfoil.sandbox.sagepro import chart
from counterfoil.sandbox.sagepro.audit import audit
from counterfoil.sandbox.sagepro.audit.reader import read_books
from counterfoil.sandbox.sagepro.company import Company, make_company
from counterfoil.sandbox.sagepro.documents import Document, Kind, Place
from counterfoil.sandbox.sagepro.market import SAMPLE
from counterfoil.sandbox.sagepro.structures.columns import PRO_VFP
from counterfoil.sandbox.sagepro.writer import write_company

DAY = date(2026, 11, 23)
CENT = Money(Decimal("0.01"), "USD")
GROUPS = ((1, 40), (10, 12), (100, 4))
"""Group size and how many groups."""
LOOK_UPS = 100

PROFILE = f"""
company: "01"
mode: test
system_folder: .
accounts: {{clearing: {{card: {chart.CARD_CLEARING}}}}}
"""


def run() -> list[Result]:
    with tempfile.TemporaryDirectory() as folder:
        return _measured(Path(folder) / "sagepro")


def _measured(folder: Path) -> list[Result]:
    company = make_company(1, DAY, widths=PRO_VFP, size=SAMPLE)
    write_company(company, folder)
    open_documents = payable_documents(company)
    facts = facts_of(open_documents)
    bare = commits(folder / "commits.sqlite3")
    results = [Result("one row and one commit, SQLite on the same disk", bare, "commits/s")]
    clock = ManualClock(datetime(2026, 11, 23, 15, tzinfo=UTC))
    profile = parse_profile(PROFILE, base=folder)
    request = Request(rung=Rung.DIRECT, person="whoever measures", reason="a sample company")
    move_company(profile, request, clock.now())
    with SageProCompany(profile, clock) as books:
        for size, groups in GROUPS:
            rate = posting_rate(books, [[next(facts) for _ in range(size)] for _ in range(groups)])
            ratio = f"{rate / bare:.2f} x a bare commit"
            results.append(Result(f"receipts posted, groups of {size}", rate, "receipts/s", ratio))
        numbers = [str(document.number) for document in open_documents[:LOOK_UPS]]
        calls = [partial(books.find_references, number) for number in numbers]
        results.append(look_up_rate("references found", calls))
    broken = [verdict.name for verdict in audit(read_books(folder)) if not verdict.ok]
    if broken:
        raise AssertionError(broken)
    return results


def payable_documents(company: Company) -> list[Document]:
    return [document for document in company.trade.documents if _is_payable(document)]


def _is_payable(document: Document) -> bool:
    return document.kind is Kind.INVOICE and document.place is not Place.HISTORY and document.balance > 1


def facts_of(documents: Sequence[Document]) -> Iterator[ReceiptFact]:
    """One cent on one open invoice after the other."""
    for number, document in zip(count(10_000_000), cycle(documents), strict=False):
        yield ReceiptFact(
            key=PostingKey(f"bench/m/{number}", Effect.RECEIPT),
            customer=CustomerNumber(document.customer.number),
            received_on=DAY,
            amount=CENT,
            tender=Tender.CARD,
            reference=TransactionId(str(number)),
            applications=(
                Application(invoice=InvoiceNumber(str(document.number)), amount=CENT, assumed_open=CENT),
            ),
            on_account=Money.zero("USD"),
        )


def posting_rate(books: SageProCompany, groups: list[list[ReceiptFact]]) -> float:
    """Receipts a second; what a clerk's screen holds or somebody voided does not count."""
    started = time.perf_counter()
    answers = [answer for group in groups for answer in books.post(group)]
    seconds = time.perf_counter() - started
    return sum(isinstance(answer, Posted) for answer in answers) / seconds


def look_up_rate(name: str, calls: Sequence[Callable[[], object]]) -> Result:
    started = time.perf_counter()
    for call in calls:
        call()
    return Result(name, len(calls) / (time.perf_counter() - started), "look-ups/s")
