"""The shipped FoxPro program at work on a site's outbox, carried out by the tests' interpreter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.resources import files
from pathlib import Path

from typing_extensions import override

from counterfoil.connectors.sagepro.company import SageProCompany
from counterfoil.connectors.sagepro.profile import Profile
from counterfoil.connectors.sagepro.trust.moving import trust_record
from counterfoil.connectors.sagepro.trust.rungs import Rung
from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.facts.keys import PostingKey
from counterfoil.domain.identifiers import CustomerNumber, InvoiceNumber, ItemNumber
from counterfoil.domain.invoice import Customer, Invoice, ReceiptEntry
from counterfoil.domain.stock import Item, StockLevel
from counterfoil.ports.erp import (
    Busy,
    Erp,
    HandedOver,
    Posted,
    PostingAnswer,
    PreviewAnswer,
    References,
    Refused,
)
from tests.support.sagepro_site import Site
from tests.support.trust import stand
from tests.support.visual_foxpro.machine import Machine

PROGRAM = files("counterfoil.connectors.sagepro.outbox") / "counterfoil.prg"


class Killed(BaseException):
    """The process ended here."""


def outbox_company(site: Site, profile: Profile | None = None) -> SageProCompany:
    """The company on the rung outbox."""
    chosen = (profile or site.profile).model_copy(update={"outbox": outbox_of(site)})
    if not trust_record(chosen).moves():
        stand(chosen, Rung.OUTBOX)
    return site.open(chosen)


def outbox_of(site: Site) -> Path:
    return site.folder / "outbox"


def import_entries(site: Site, *, version: int = 6, gate: Callable[[str], None] = lambda _step: None) -> int:
    """One run of the worker; tells how many entries it answered."""
    machine = Machine(PROGRAM.read_text("ascii"), now=site.clock.now, version=version, gate=gate)
    try:
        answered = machine.run("CfImport", str(outbox_of(site)), f"{site.data};{site.folder}")
    finally:
        machine.close()
    return int(answered)


class ImportingErp(Erp):
    """A company whose FoxPro side enters at once what is left for it."""

    def __init__(self, company: SageProCompany, work: Callable[[], object]) -> None:
        self._company = company
        self._work = work

    @override
    def find_references(self, reference: str) -> References:
        return self._company.find_references(reference)

    @override
    def find_customer(self, number: CustomerNumber) -> Customer | None:
        return self._company.find_customer(number)

    @override
    def find_open_items(self, customer: CustomerNumber) -> tuple[Invoice, ...]:
        return self._company.find_open_items(customer)

    @override
    def find_receipts(self, document: InvoiceNumber) -> tuple[ReceiptEntry, ...]:
        return self._company.find_receipts(document)

    @override
    def find_item(self, number: ItemNumber) -> Item | None:
        return self._company.find_item(number)

    @override
    def find_stock(self, number: ItemNumber) -> tuple[StockLevel, ...]:
        return self._company.find_stock(number)

    @override
    def find_posting(self, key: PostingKey) -> Posted | None:
        return self._company.find_posting(key)

    @override
    def preview(self, fact: Fact) -> PreviewAnswer:
        return self._company.preview(fact)

    @override
    def post(self, facts: Sequence[Fact]) -> tuple[PostingAnswer, ...]:
        """What waits for something that is still on its way is sent again, with what came behind it."""
        answers = list(self._company.post(facts))
        self._work()
        is_behind = False
        for place, answer in enumerate(answers):
            is_behind = is_behind or isinstance(answer, Busy)
            if is_behind and isinstance(answer, Busy | Refused):
                (answers[place],) = self._company.post([facts[place]])
                self._work()
        return tuple(self._entered(answer) for answer in answers)

    def _entered(self, answer: PostingAnswer) -> PostingAnswer:
        if not isinstance(answer, HandedOver):
            return answer
        posted = self._company.find_posting(answer.key)
        assert posted is not None, f"{answer.key} was left at {answer.where} and is not entered"
        return posted
