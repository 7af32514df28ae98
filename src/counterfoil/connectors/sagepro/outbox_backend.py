"""One company's books read as FoxPro tables, and postings left in an outbox for a FoxPro program to enter."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import structlog
from typing_extensions import override

from counterfoil.connectors.sagepro.backend import Backend
from counterfoil.connectors.sagepro.binding import UnfitValueError
from counterfoil.connectors.sagepro.entries import Entry
from counterfoil.connectors.sagepro.hand_keyed import HandKeyed
from counterfoil.connectors.sagepro.ledger import PostingLedger
from counterfoil.connectors.sagepro.mapping import to_customer
from counterfoil.connectors.sagepro.operations import Append
from counterfoil.connectors.sagepro.outbox.entry_file import FREE_SUMS, Head, render_entry
from counterfoil.connectors.sagepro.outbox.folder import OutboxFolder, Place
from counterfoil.connectors.sagepro.outbox.handed import Handed, HandedBook, State, record_of
from counterfoil.connectors.sagepro.outbox.lines import UnwritableTextError
from counterfoil.connectors.sagepro.outbox.reserved import (
    ReservedLedger,
    ReservedTables,
    UncertainRowError,
    known,
)
from counterfoil.connectors.sagepro.outbox.settling import Settling
from counterfoil.connectors.sagepro.planning import Over, Planned, Planner, touched
from counterfoil.connectors.sagepro.profile import Profile
from counterfoil.connectors.sagepro.reading import Books
from counterfoil.connectors.sagepro.results import Result
from counterfoil.connectors.sagepro.tables import OpenTables
from counterfoil.connectors.sagepro.translation import FAILURES, translate, translated
from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.facts.keys import PostingKey
from counterfoil.domain.identifiers import CustomerNumber, InvoiceNumber, ItemNumber
from counterfoil.domain.invoice import Customer, Invoice, ReceiptEntry
from counterfoil.domain.stock import Item, StockLevel
from counterfoil.foxpro.errors import BusyError
from counterfoil.ports.clock import Clock
from counterfoil.ports.erp import (
    Busy,
    Changed,
    Conflict,
    HandedOver,
    KeyedByHand,
    Posted,
    PostingAnswer,
    Preview,
    PreviewAnswer,
    References,
    Refused,
)
from counterfoil.ports.errors import CounterfoilError, TransientError

ROUNDS_MAX = 3
"""How often a posting is planned anew because the worker moved an entry meanwhile."""

_RESTS_ON_ENTRIES = "nothing is left to write once the outbox is entered: wait for the import"
"""Without what is on its way there might be, and it would be written beside the worker."""

_log = structlog.get_logger()


class Direct(Backend, Protocol):
    """The backend that reads the tables, and writes them on another rung."""

    def reading(self) -> AbstractContextManager[OpenTables]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxDeps:
    """What the outbox is made of."""

    direct: Direct
    profile: Profile
    ledger: PostingLedger
    book: HandedBook
    folder: OutboxFolder
    hand_keyed: HandKeyed
    clock: Clock


class OutboxBackend(Backend):
    """Reads for any thread; `recover`, `post_group` and `hand_over` for the lane's thread alone.

    Every look at the books counts what was handed over as if it were in them already.
    """

    def __init__(self, deps: OutboxDeps) -> None:
        """Makes the outbox where it is missing.

        Raises:
            ConfigurationError: it cannot be written.
        """
        self._deps = deps
        self._profile = deps.profile
        self._settling = Settling(deps.book, deps.folder, deps.ledger, deps.clock)
        deps.folder.create()
        self._floor = deps.folder.last_number()

    @override
    def close(self) -> None:
        self._deps.direct.close()

    @override
    def quarantined(self) -> Collection[str]:
        return self._deps.direct.quarantined()

    @override
    def find_references(self, reference: str) -> References:
        with self._books() as books:
            return books.references(reference)

    @override
    def find_customer(self, number: CustomerNumber) -> Customer | None:
        with self._books() as books:
            customers = books.customers(number)
        return to_customer(customers[0], self._profile) if customers else None

    @override
    def find_open_items(self, customer: CustomerNumber) -> tuple[Invoice, ...]:
        with self._books() as books:
            return books.open_items(customer)

    @override
    def find_receipts(self, document: InvoiceNumber) -> tuple[ReceiptEntry, ...]:
        return self._deps.direct.find_receipts(document)

    @override
    def find_item(self, number: ItemNumber) -> Item | None:
        return self._deps.direct.find_item(number)

    @override
    def find_stock(self, number: ItemNumber) -> tuple[StockLevel, ...]:
        return self._deps.direct.find_stock(number)

    @override
    def find_posting(self, key: PostingKey) -> Posted | None:
        """What stands in the books; what is only handed over does not."""
        self._settle()
        return self._deps.direct.find_posting(key)

    @override
    def known(self, fact: Fact) -> PostingAnswer | None:
        self._settle()
        return self._known(fact)

    @override
    def fact_of(self, key: PostingKey) -> Fact | None:
        """The outbox is looked at first: an entry leaves it for the ledger, and never comes back."""
        handed = self._deps.book.current(key)
        return handed.fact if handed else self._deps.direct.fact_of(key)

    @override
    def plan(self, fact: Fact, over: Over) -> Planned | Changed | KeyedByHand | Refused | Busy:
        with self._deps.direct.reading() as tables:
            return self._planner(tables, self._deps.book.open_entries(), over=over).plan(fact)

    @override
    def preview(self, fact: Fact) -> PreviewAnswer:
        """The rows that would be handed over now; none where the fact is in the books or on its way."""
        if self.find_posting(fact.key) is not None or self._deps.book.current(fact.key) is not None:
            return Preview(key=fact.key, rows=())
        with self._deps.direct.reading() as tables:
            planner = self._planner(tables, self._deps.book.open_entries())
            answer = planner.plan(fact)
            if isinstance(answer, Busy):
                raise TransientError(answer.what)
            if isinstance(answer, Planned):
                return Preview(key=fact.key, rows=planner.describe(answer))
            return answer

    @override
    def recover(self) -> None:
        """Finishes what was interrupted, here and in the outbox, and reads the worker's answers."""
        with translated():
            self._settling.recover()
        self._deps.direct.recover()

    @override
    def post_group(self, facts: Sequence[Fact]) -> list[Result]:
        """Writes facts directly, once nothing is on its way any more: two writers would be too many."""
        self.recover()
        waiting = len(self._deps.book.open_entries())
        if not waiting:
            return list(self._deps.direct.post_group(facts))
        what = f"{waiting} entries of the outbox are not settled: let the worker run, or withdraw them"
        return [self._tried(fact, lambda one: Busy(key=one.key, what=what)) for fact in facts]

    def hand_over(self, facts: Sequence[Fact]) -> list[Result]:
        """Leaves facts of different keys for the worker, in order; one result each."""
        self.recover()
        return [self._tried(fact, self._hand_over) for fact in facts]

    def _known(self, fact: Fact) -> PostingAnswer | None:
        """What ledger and outbox say about the key, and about what the fact builds on.

        Raises:
            TransientError: it is decided and not finished.
        """
        answer = self._deps.direct.known(fact)
        if answer is not None:
            return answer
        entries = self._deps.book.open_entries()
        for one in entries:
            if one.key == fact.key:
                return self._handed(one, fact)
        for one in entries:
            if touched(one.fact) & touched(fact):
                why = f"entry {one.number} of the outbox builds on the same posting"
                return Busy(key=fact.key, what=f"{why}: wait for the import, or withdraw the entry")
        return None

    def _handed(self, one: Handed, fact: Fact) -> PostingAnswer:
        if one.fact.digest != fact.digest:
            why = f"the key stands for entry {one.number} of the outbox, {one.fact.summary}"
            return Conflict(key=fact.key, why=why)
        name = f"entry {one.number} of the outbox"
        match one.state:
            case State.REFUSED:
                why = f"{name} was refused: {one.why}. Mend that, then withdraw the entry"
                return Refused(key=fact.key, why=why)
            case State.CONFLICT | State.DOUBT:
                return Conflict(key=fact.key, why=f"{name}: {one.why}. Compare the rows, then judge it")
            case _:
                return self._handed_over(one.key, one.number)

    def _handed_over(self, key: PostingKey, number: int) -> HandedOver:
        return HandedOver(key=key, where=f"entry {number} of the outbox {self._deps.folder.root}")

    def _tried(self, fact: Fact, otherwise: Callable[[Fact], Result]) -> Result:
        """What is known of a fact; where nothing is, what the other way makes of it."""
        try:
            return self._known(fact) or otherwise(fact)
        except UncertainRowError as error:
            return Busy(key=fact.key, what=str(error))
        except BusyError as error:
            return Busy(key=fact.key, what=str(error))
        except FAILURES as error:
            return translate(error)
        except CounterfoilError as error:
            return error

    def _hand_over(self, fact: Fact) -> Result:
        """Plans on what stands still while it is read, decides, then leaves the file.

        What asks for no row, a journal entry alone, needs no worker.
        """
        for _ in range(ROUNDS_MAX):
            seen = self._deps.folder.on_the_way()
            entries = self._deps.book.open_entries()
            with self._deps.direct.reading() as tables:
                planner = self._planner(tables, entries, _uncertain(entries, seen))
                answer = planner.plan(fact)
                if self._deps.folder.on_the_way() == seen:
                    if isinstance(answer, KeyedByHand):
                        self._deps.hand_keyed.ask(fact, answer, self._now())
                    if not isinstance(answer, Planned):
                        return answer
                    if answer.plan.operations:
                        return self._leave(planner, answer, entries, tables)
                    if _reserving(entries) and not answer.plan.journals:
                        return Busy(key=fact.key, what=_RESTS_ON_ENTRIES)
                    break
            self._settling.settle()
        else:
            return Busy(key=fact.key, what="the import is at work; the next try finds it done")
        return self._deps.direct.post_group([fact])[0]

    def _leave(
        self, planner: Planner, planned: Planned, entries: Sequence[Handed], tables: OpenTables
    ) -> Result:
        deps = self._deps
        number = deps.book.next_number(self._floor)
        record = record_of(planned.entry, planner.describe(planned), planned.numbers)
        head = Head(
            number=number,
            key=str(planned.fact.key),
            content=planned.fact.digest,
            company=self._profile.company,
            handed_at=deps.clock.now(),
            summary=planned.fact.summary,
            after=_sharing(planned.entry, entries),
            record=record,
        )
        try:
            text = render_entry(head, planned, tables.bound)
        except (UnfitValueError, UnwritableTextError) as error:
            return Refused(key=planned.fact.key, why=f"{error}: post it by hand")
        deps.book.hand_over(number, record, text, head.handed_at)
        try:
            deps.folder.put(number, text)
        except OSError as error:
            _log.error("outbox_file_waits", entry=number, why=str(error))
        return self._handed_over(planned.fact.key, number)

    def _planner(
        self,
        tables: OpenTables,
        entries: Sequence[Handed],
        uncertain: Sequence[Handed] = (),
        *,
        over: Over | None = None,
    ) -> Planner:
        reserving = _reserving(entries)
        ledger = ReservedLedger(self._deps.ledger, reserving)
        appended = (Append(table=row.table, values=row.values) for one in reserving for row in one.new)
        return Planner(
            ReservedTables(tables, reserving, uncertain),
            over(ledger) if over else ledger,
            self._now(),
            self._deps.hand_keyed.judgement,
            appended,
        )

    def _settle(self) -> None:
        with translated():
            self._settling.settle()

    @contextmanager
    def _books(self) -> Iterator[Books]:
        self._settle()
        with self._deps.direct.reading() as tables:
            reserved = ReservedTables(tables, _reserving(self._deps.book.open_entries()))
            yield Books(self._profile, reserved.find)

    def _now(self) -> datetime:
        return self._deps.clock.now().astimezone(self._profile.zone)


def _reserving(entries: Sequence[Handed]) -> tuple[Entry, ...]:
    return tuple(one.entry for one in entries if one.state.reserves)


def _uncertain(entries: Sequence[Handed], seen: frozenset[tuple[Place, int]]) -> tuple[Handed, ...]:
    """Entries of which nobody knows just now how much stands in the books."""
    taken = {number for place, number in seen if place is not Place.WAITING}
    return tuple(one for one in entries if one.state is State.DOUBT or one.number in taken)


def _sharing(entry: Entry, entries: Sequence[Handed]) -> tuple[int, ...]:
    """Entries that change a row which this one changes; sums that bear any order apart."""
    rows = {known(row) for row in entry.changed if row.table not in FREE_SUMS}
    return tuple(
        one.number
        for one in entries
        if one.state.reserves and rows & {known(row) for row in one.entry.changed}
    )
