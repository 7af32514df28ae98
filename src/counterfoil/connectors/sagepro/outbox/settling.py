"""Brings outbox and posting ledger to one state: answers are noted, lost files written again."""

from __future__ import annotations

import threading

import structlog

from counterfoil.connectors.sagepro.ledger import PostingLedger
from counterfoil.connectors.sagepro.outbox.answer_file import Answer, Outcome, parse_answer
from counterfoil.connectors.sagepro.outbox.entry_file import parse_head
from counterfoil.connectors.sagepro.outbox.folder import ANSWER_ENDING, OutboxFolder, Place
from counterfoil.connectors.sagepro.outbox.handed import Handed, HandedBook, State
from counterfoil.connectors.sagepro.outbox.lines import DamagedFileError
from counterfoil.domain.facts.keys import PostingKey
from counterfoil.ports.clock import Clock
from counterfoil.ports.erp import Posted

_log = structlog.get_logger()

_STATES = {
    Outcome.CHANGED: State.CHANGED,
    Outcome.REFUSED: State.REFUSED,
    Outcome.CONFLICT: State.CONFLICT,
    Outcome.DOUBT: State.DOUBT,
}


class Settling:
    """`settle` for any thread; `recover` for the one that hands over."""

    def __init__(self, book: HandedBook, folder: OutboxFolder, ledger: PostingLedger, clock: Clock) -> None:
        self._book = book
        self._folder = folder
        self._ledger = ledger
        self._clock = clock
        self._turn = threading.Lock()
        self._is_adopted = False

    def recover(self) -> None:
        """Finishes what a crash, a restore or a person's withdrawal left half done."""
        if not self._is_adopted:
            self._adopt()
            self._is_adopted = True
        self.settle()
        seen = {number for _, number in self._folder.on_the_way()}
        for one in self._book.open_entries():
            if one.state is State.WITHDRAWING:
                self._finish_withdrawal(one)
            elif one.state is State.OPEN and one.number not in seen and not self._is_put_away(one.number):
                self._folder.put(one.number, one.text)
        self._clear_waiting()

    def settle(self) -> None:
        """Notes every answer that is there: first in the ledger, then the files are put away."""
        with self._turn:
            for number in self._folder.files(Place.ANSWERS):
                answer = self._read(number)
                if answer is not None and self._note(answer):
                    self._put_away(number)

    def _read(self, number: int) -> Answer | None:
        text = self._folder.read(Place.ANSWERS, number)
        if text is None:
            return None
        try:
            return parse_answer(text)
        except DamagedFileError as error:
            _log.error("outbox_answer_unreadable", entry=number, why=str(error))
            return None

    def _note(self, answer: Answer) -> bool:
        """Whether the ledger knows of the answer from now on."""
        one = self._book.get(answer.number)
        if one is None:
            _log.error("outbox_answer_unknown", entry=answer.number, posting=answer.key)
            return False
        if answer.outcome is Outcome.REFUSED and not answer.key:
            return self._close(one, State.REFUSED, answer.why)
        contradiction = _contradiction(one, answer)
        if contradiction:
            _log.error("outbox_entry_contradicts", entry=one.number, why=contradiction)
            return self._close(one, State.CONFLICT, contradiction)
        if answer.outcome is Outcome.DONE:
            return self._post(one, answer)
        return self._close(one, _STATES[answer.outcome], answer.why)

    def _post(self, one: Handed, answer: Answer) -> bool:
        """What is in the books is posted, even where a person had withdrawn it meanwhile."""
        if one.state is State.DONE:
            return True
        if self._ledger.find(one.key) is not None:
            why = "it was imported, but its key was posted before: compare the rows"
            return self._close(one, State.CONFLICT, why)
        posted = Posted(
            key=one.key,
            fact=one.fact,
            document=one.entry.document,
            rows=answer.reported(one.rows),
        )
        return self._book.post(one, posted, self._clock.now(), why=f"imported by {answer.worker}")

    def _close(self, one: Handed, state: State, why: str) -> bool:
        """What is closed already stays as it is."""
        return one.state.is_closed or self._change(one, state, why)

    def _change(self, one: Handed, state: State, why: str) -> bool:
        return one.state is state or self._book.settle(one, state, why, self._clock.now())

    def _put_away(self, number: int) -> None:
        for place in (Place.TAKEN, Place.WAITING):
            self._folder.move(number, place, Place.DONE)
        self._folder.move(number, Place.ANSWERS, Place.DONE, ending=ANSWER_ENDING)

    def _adopt(self) -> None:
        """Entries that this ledger does not know were handed over before it was restored.

        Each is settled before the next, which may bear the same key.
        """
        known = self._book.numbers()
        places = {
            number: place
            for place in (Place.WAITING, Place.TAKEN, Place.DONE)
            for number in self._folder.files(place)
        }
        for number in sorted(places.keys() - known):
            self._adopt_one(places[number], number)

    def _adopt_one(self, place: Place, number: int) -> None:
        text = self._folder.read(place, number) or ""
        try:
            head = parse_head(text)
        except DamagedFileError as error:
            _log.error("outbox_entry_unreadable", entry=number, why=str(error))
            return
        standing = self._book.current(PostingKey.parse(head.key))
        if standing is not None:
            _log.error("outbox_entry_not_adopted", entry=number, posting=head.key, stands=standing.number)
            return
        if not self._book.adopt(number, head.record, text, head.handed_at):
            return
        _log.warning("outbox_entry_adopted", entry=number, posting=head.key)
        if place is Place.DONE:
            self._folder.move_answer_back(number)
        self.settle()

    def _finish_withdrawal(self, one: Handed) -> None:
        """A person's word counts unless the worker was first."""
        self._folder.move(one.number, Place.WAITING, Place.WITHDRAWN)
        if any(self._folder.has(place, one.number) for place in (Place.TAKEN, Place.ANSWERS)):
            self._change(one, State.OPEN, "the worker had taken it before it could be withdrawn")
        else:
            self._change(one, State.WITHDRAWN, one.why)

    def _is_put_away(self, number: int) -> bool:
        return any(self._folder.has(place, number) for place in (Place.WITHDRAWN, Place.DONE))

    def _clear_waiting(self) -> None:
        """A folder that was restored may offer again what is settled."""
        open_ = {one.number for one in self._book.open_entries()}
        for number in self._folder.files(Place.WAITING).keys() - open_:
            one = self._book.get(number)
            if one is not None and one.state.is_closed:
                is_done = one.state is State.DONE
                self._folder.move(number, Place.WAITING, Place.DONE if is_done else Place.WITHDRAWN)


def _contradiction(one: Handed, answer: Answer) -> str:
    """Why the answer cannot be what became of this entry."""
    if str(one.key) != answer.key or one.fact.digest != answer.content:
        return f"the worker answered for {answer.key}, not for this entry"
    if answer.outcome is Outcome.DONE and answer.first != one.number:
        return f"the import says that it is in the books since entry {answer.first}: compare the two"
    return ""
