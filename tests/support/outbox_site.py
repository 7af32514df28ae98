"""An outbox beside a site, opened with gates that may end the process at any step."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from counterfoil.connectors.sagepro.dbf_backend import DbfBackend
from counterfoil.connectors.sagepro.discover import locate_tables
from counterfoil.connectors.sagepro.hand_keyed import HandKeyed
from counterfoil.connectors.sagepro.journal_files import JournalFiles
from counterfoil.connectors.sagepro.ledger import PostingLedger
from counterfoil.connectors.sagepro.outbox.folder import Gate, OutboxFolder, Place, open_gate
from counterfoil.connectors.sagepro.outbox.handed import HandedBook, State
from counterfoil.connectors.sagepro.outbox_backend import OutboxBackend, OutboxDeps
from counterfoil.connectors.sagepro.results import Result
from counterfoil.connectors.sagepro.tables import Access, TableOpener
from counterfoil.domain.facts.fact import Fact
from counterfoil.foxpro.files.table_locks import Patience
from tests.support.outbox_worker import Killed, outbox_of
from tests.support.sagepro_site import Site


class KilledAt:
    """Ends the process before its n-th step."""

    def __init__(self, step: int) -> None:
        self._left = step
        self.steps: list[str] = []

    def __call__(self, step: str) -> None:
        self.steps.append(step)
        self._left -= 1
        if self._left == 0:
            raise Killed(step)


@dataclass(frozen=True, slots=True)
class Outbox:
    """The agent's side."""

    backend: OutboxBackend
    ledger: PostingLedger
    book: HandedBook
    folder: OutboxFolder

    def post(self, *facts: Fact) -> list[Result]:
        return self.backend.hand_over(facts)

    def state(self, number: int) -> State:
        one = self.book.get(number)
        assert one is not None
        return one.state

    def places(self, number: int) -> set[str]:
        return {place.value for place in Place if number in self.folder.files(place)}


@contextmanager
def outbox(site: Site, gate: Gate = open_gate) -> Iterator[Outbox]:
    places = locate_tables(site.profile)
    opener = TableOpener(site.profile, places.paths, Access(Patience(timedelta(0))))
    hand_keyed = HandKeyed(places.own_folder)
    ledger = PostingLedger(places.own_folder)
    journals = JournalFiles(places.own_folder, ledger, site.clock.now)
    direct = DbfBackend(opener, ledger, site.clock, hand_keyed, journals)
    deps = OutboxDeps(
        direct=direct,
        profile=site.profile,
        ledger=ledger,
        book=HandedBook(places.own_folder),
        folder=OutboxFolder(outbox_of(site), gate),
        hand_keyed=hand_keyed,
        clock=site.clock,
    )
    with closing(direct):
        backend = OutboxBackend(deps)
        backend.recover()
        yield Outbox(backend, ledger, deps.book, deps.folder)


def files_of(site: Site, place: Place) -> list[Path]:
    return sorted((outbox_of(site) / place.value).iterdir())
