"""One company of Sage Pro behind the Erp port: its tables, its posting ledger, its single writer."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Self

import structlog
from typing_extensions import override

from counterfoil.connectors.sagepro.backend import (
    Backend,
    Opened,
    OpenFeed,
    PostGroup,
    Premises,
    RestoreWatch,
)
from counterfoil.connectors.sagepro.backlog import Backlog, HandedOver, backlog, journal_files
from counterfoil.connectors.sagepro.calibration.file import calibration_stamp
from counterfoil.connectors.sagepro.calibration.proven import proven_kinds
from counterfoil.connectors.sagepro.company_lock import CompanyLock
from counterfoil.connectors.sagepro.dbf_premises import DbfPremises
from counterfoil.connectors.sagepro.lane import Lane
from counterfoil.connectors.sagepro.profile import Profile
from counterfoil.connectors.sagepro.results import Result
from counterfoil.connectors.sagepro.shadow.book import ShadowBook
from counterfoil.connectors.sagepro.shadow.writer import ShadowWriter
from counterfoil.connectors.sagepro.sql_premises import SqlPremises
from counterfoil.connectors.sagepro.tables import Access
from counterfoil.connectors.sagepro.trust.gate import RungGate
from counterfoil.connectors.sagepro.trust.record import TrustRecord
from counterfoil.connectors.sagepro.trust.rungs import Rung, Standing
from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.facts.keys import PostingKey
from counterfoil.domain.identifiers import CustomerNumber, InvoiceNumber, ItemNumber
from counterfoil.domain.invoice import Customer, Invoice, ReceiptEntry
from counterfoil.domain.stock import Item, StockLevel
from counterfoil.ports.changes import ChangeFeed, ChangesAnswer
from counterfoil.ports.clock import Clock
from counterfoil.ports.erp import (
    Erp,
    Posted,
    PostingAnswer,
    Preview,
    PreviewAnswer,
    References,
)
from counterfoil.ports.errors import ConfigurationError, CounterfoilError, OutcomeUnknownError, TransientError

ANSWER_SECONDS_MAX = 120
ACCESS = Access()
PAUSE_MARK = "paused"
"""A file in the company's own folder: a restart in the middle of a close or PACK opens nothing."""

PREMISES: Mapping[str, Callable[[Profile, Clock, Access], Premises]] = {
    "pro-vfp": DbfPremises,
    "sbt-7": DbfPremises,
    "mssql": SqlPremises,
}
"""Where a company's books lie, by the profile's preset."""

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyHealth:
    """How one company's writer stands."""

    company: str
    paused: bool
    waiting: int
    quarantined: tuple[str, ...]
    """Keys of postings that a crash interrupted and that wait for a person."""
    mode: str = ""
    """Whether it keeps real books: ``live`` or ``test``."""
    rung: str = ""
    """Where it stands on the ladder of trust."""
    held: str = ""
    """Why nothing is posted until a person decides; empty where nothing was restored."""
    outbox_waiting: Backlog | None = None
    """Entries that the FoxPro side has not answered; None while paused, when nothing is read."""
    outbox_refused: Backlog | None = None
    """Entries that were refused, contradict or are in doubt, for a person."""
    journal_files: Backlog | None = None
    """Files of journal entries that nobody took out of their folder, to import or key them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    """What is open while the company is not paused."""

    backend: Backend
    feed: OpenFeed
    lane: Lane
    guard: RestoreWatch
    gate: RungGate
    handed_over: Callable[[], HandedOver]

    def close(self) -> None:
        self.lane.close()
        self.feed.close()
        self.guard.close()
        self.backend.close()


class SageProCompany(Erp, ChangeFeed):
    """May be asked from any thread. When nothing is asked, no table stays open for more than a second.

    A lock beside the company's books is held until `close`, so that no second agent writes its books.
    """

    def __init__(self, profile: Profile, clock: Clock, access: Access = ACCESS) -> None:
        """Finds the tables, takes the company's lock and finishes what a crash interrupted.

        Raises:
            ConfigurationError: a table, column or tag is unfit, or another agent holds the company.
            TransientError: the system table is held by another program.
        """
        self._profile = profile
        self._clock = clock
        self._premises = PREMISES[profile.preset](profile, clock, access)
        self._trust = TrustRecord(self._premises.folder)
        self._pause_mark = self._premises.folder / PAUSE_MARK
        self._guard = threading.Lock()
        self._lock = CompanyLock(self._premises.lock_file, self._premises.folder)
        self._work: _Work | None = None
        try:
            self._premises.check()
            if not self._pause_mark.exists():
                self.resume()
        except CounterfoilError:
            self._lock.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stops the writer and lets go of the company."""
        self._let_go()
        self._lock.close()

    def pause(self) -> None:
        """Lets go of all files within seconds, for close, PACK and backup; asking again does no harm.

        It returns when all is let go of: what is being read or written is finished first. Whoever opens the
        company afterwards finds it paused, until `resume`.
        """
        self._pause_mark.touch()
        self._let_go()

    def resume(self) -> None:
        """Takes up work again after `pause`."""
        with self._guard:
            if self._work is None:
                self._work = self._start()
            self._pause_mark.unlink(missing_ok=True)

    def _let_go(self) -> None:
        with self._guard:
            work, self._work = self._work, None
            if work is not None:
                work.close()

    @property
    def mode(self) -> str:
        return self._profile.mode.value

    @property
    def health(self) -> CompanyHealth:
        work = self._work
        return CompanyHealth(
            company=self._profile.company,
            paused=work is None,
            waiting=work.lane.waiting_count if work else 0,
            quarantined=tuple(sorted(work.backend.quarantined())) if work else (),
            mode=self.mode,
            rung=self.standing.rung.value,
            held=work.guard.why if work else "",
            **self._backlogs(work),
        )

    def _backlogs(self, work: _Work | None) -> dict[str, Backlog]:
        if work is None:
            return {}
        now, handed = self._clock.now(), work.handed_over()
        return {
            "outbox_waiting": backlog(handed.waiting, now),
            "outbox_refused": backlog(handed.refused, now),
            "journal_files": backlog(journal_files(self._premises.folder), now),
        }

    @property
    def standing(self) -> Standing:
        """Where the company stands on the ladder of trust."""
        return self._trust.standing(self._profile.mode)

    @override
    def find_references(self, reference: str) -> References:
        return self._working().backend.find_references(reference)

    @override
    def find_customer(self, number: CustomerNumber) -> Customer | None:
        return self._working().backend.find_customer(number)

    @override
    def find_open_items(self, customer: CustomerNumber) -> tuple[Invoice, ...]:
        return self._working().backend.find_open_items(customer)

    @override
    def find_receipts(self, document: InvoiceNumber) -> tuple[ReceiptEntry, ...]:
        return self._working().backend.find_receipts(document)

    @override
    def find_item(self, number: ItemNumber) -> Item | None:
        return self._working().backend.find_item(number)

    @override
    def find_stock(self, number: ItemNumber) -> tuple[StockLevel, ...]:
        return self._working().backend.find_stock(number)

    @override
    def find_posting(self, key: PostingKey) -> Posted | None:
        """As it stands in the posting ledger; what a restore took away is not told as never posted.

        Raises:
            TransientError: it was posted and is missing, until a person decided and it is posted again.
        """
        work = self._working()
        posted = work.backend.find_posting(key)
        missed = "" if posted is not None else work.guard.missed(key)
        if missed:
            raise TransientError(missed)
        return posted

    @override
    def preview(self, fact: Fact) -> PreviewAnswer:
        work = self._working()
        answer = work.backend.preview(fact)
        if not isinstance(answer, Preview):
            return answer
        return replace(answer, withheld=work.guard.why or work.gate.withholds(fact))

    @override
    def post(self, facts: Sequence[Fact]) -> tuple[PostingAnswer, ...]:
        """Posts each fact all or nothing, as far as the company's rung on the ladder of trust allows.

        An error tells of a fact that got no answer; the others may have got theirs.
        """
        return tuple(_answer(future) for future in self._working().lane.submit(facts))

    @override
    def changes(self, since: str | None, limit: int) -> ChangesAnswer:
        """What others did to the books; see docs/reference/change-feed.md."""
        work = self._working()
        work.guard.look()
        work.lane.submit(work.guard.waiting())
        return work.feed.changes(since, limit)

    def _working(self) -> _Work:
        work = self._work
        if work is None:
            raise TransientError(f"company {self._profile.company} is paused; resume it, then try again")
        return work

    def _lock_replaced(self) -> ConfigurationError:
        return ConfigurationError(
            f"the lock of company {self._profile.company} is another file now, as after a restore:"
            " another agent may write its books. Start this agent again"
        )

    def _start(self) -> _Work:
        """Finishes what was interrupted, which writes, and takes up work."""
        if not self._lock.is_in_place:
            raise self._lock_replaced()
        opened = self._premises.open()
        backend = opened.backend
        try:
            backend.recover()
        except TransientError as error:
            _log.warning("recovery_waits", company=self._profile.company, why=str(error))
        except CounterfoilError:
            backend.close()
            raise
        gate = self._gate(opened)
        lane = Lane(self._locked(gate.post_group))
        try:
            opened.guard.look()
            lane.submit(opened.guard.waiting())
        except TransientError as error:
            _log.warning("restore_check_waits", company=self._profile.company, why=str(error))
        return _Work(
            backend=backend,
            feed=opened.feed,
            lane=lane,
            guard=opened.guard,
            gate=gate,
            handed_over=opened.handed_over,
        )

    def _locked(self, post: PostGroup) -> PostGroup:
        """Whatever is written, whoever asked for it, is written under the company's lock."""

        def post_group(facts: Sequence[Fact]) -> Sequence[Result]:
            if self._lock.is_in_place:
                return post(facts)
            return [self._lock_replaced() for _ in facts]

        return post_group

    def _gate(self, opened: Opened) -> RungGate:
        """Every group goes through it, and what is posted again before a group."""
        backend, guard = opened.backend, opened.guard
        book = ShadowBook(self._premises.folder)
        shadow = ShadowWriter(backend.plan, backend.known, book, self._clock.now)
        writers: dict[Rung, PostGroup] = {Rung.SHADOW: shadow.post_group}
        profile = self._profile
        gate = RungGate(
            lambda: self.standing,
            backend,
            writers,
            lambda: proven_kinds(profile),
            lambda: calibration_stamp(profile.calibration),
        )
        writers[Rung.DIRECT] = guard.before(opened.adopting(backend.post_group), gate.objection)
        if opened.hand_over is not None:
            writers[Rung.OUTBOX] = guard.before(opened.adopting(opened.hand_over), gate.objection)
        return gate


def _answer(future: Future[Result]) -> PostingAnswer:
    try:
        result = future.result(ANSWER_SECONDS_MAX)
    except TimeoutError as error:
        raise OutcomeUnknownError("the company's writer gave no answer; ask for the posting again") from error
    if isinstance(result, CounterfoilError):
        raise result
    return result
