"""A day of the gateway compared with real books, which stay as they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from typing_extensions import override

from counterfoil.connectors.sagepro.company import SageProCompany
from counterfoil.domain.identifiers import TransactionId
from counterfoil.domain.payment import Payment, PaymentStatus
from counterfoil.flows.library import NIGHTLY_CHECK
from counterfoil.ports.gateway import AnyRecord
from tests.integration.sagepro_editions.test_refund_flow import payment, refund
from tests.support.flows import Flows
from tests.support.hub import NOW, RecordedGateway
from tests.support.sagepro_site import Site
from tests.support.simulated_gateway import as_record

DAY = NOW.date()


class ReportingGateway(RecordedGateway):
    """Reports what it is given, whatever the day."""

    report: Sequence[Payment] = ()
    days: tuple[date, date] | None = None

    @override
    def fetch_range(self, first: date, last: date) -> Sequence[AnyRecord]:
        self.days = (first, last)
        return [as_record(each) for each in self.report]


class Night:
    """A hub whose gateway reports, and the morning after."""

    def __init__(self, company: SageProCompany) -> None:
        self.flows = Flows(company)
        self.gateway = ReportingGateway()
        self.flows.site = replace(self.flows.site, gateway=self.gateway)

    def told(self, payment: Payment) -> Payment:
        self.flows.carried(self.flows.tell(payment), attempts=4)
        return payment

    def check(self, *report: Payment) -> dict[str, str]:
        self.gateway.report = report
        due_at = NOW + timedelta(days=1)
        run = self.flows.accept(
            NIGHTLY_CHECK,
            f"schedule.{NIGHTLY_CHECK}",
            f"flow/{NIGHTLY_CHECK}/01",
            {"due_at": due_at.isoformat(), "company": "01"},
        )
        return self.flows.carried(run)


def test_a_day_that_is_in_the_books_ends_with_its_summary(site: Site, company: SageProCompany) -> None:
    night = Night(company)
    paid = night.told(payment(created_at=NOW))
    before = site.contents()
    summary = night.check(paid)
    assert summary["result"] == "done"
    assert summary["why"] == f"{DAY}: 1 payment or refund in the books, no difference"
    assert night.gateway.days == (DAY, DAY)
    assert site.contents() == before


def test_differences_of_both_sides_are_one_question(site: Site, company: SageProCompany) -> None:
    night = Night(company)
    gone = night.told(payment("40.00", created_at=NOW))
    asked = night.told(refund("7.00", created_at=NOW, invoice_reference=""))
    before = site.contents()
    never_told = payment("25.00", transaction=TransactionId("4053470"), created_at=NOW)
    summary = night.check(asked, never_told)
    assert summary["result"] == "held"
    (task,) = [task for task in night.flows.store.reviews if task.kind == "difference"]
    assert task.title == f"{DAY}: 3 differences between gateway and books of 72.00 USD"
    for why in (
        f"payment {gone.transaction} of 40.00 USD stands in the books, and the gateway's report of its day",
        f"refund {asked.transaction} of 7.00 USD waits for a person's answer",
        "payment 4053470 of 25.00 USD is not in the books",
    ):
        assert why in task.why
    assert site.contents() == before


def test_what_was_made_earlier_and_told_that_day_is_compared_too(company: SageProCompany) -> None:
    night = Night(company)
    night.told(payment(created_at=NOW - timedelta(days=3), status=PaymentStatus.SETTLED))
    assert night.check()["why"] == f"{DAY}: 1 payment or refund in the books, no difference"
