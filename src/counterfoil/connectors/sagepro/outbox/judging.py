"""What people decide about entries: taken back before the import, or judged where they are in doubt."""

from __future__ import annotations

from datetime import datetime

from counterfoil.connectors.sagepro.ledger import PostingLedger
from counterfoil.connectors.sagepro.outbox.folder import OutboxFolder, Place
from counterfoil.connectors.sagepro.outbox.handed import Handed, HandedBook, State
from counterfoil.ports.errors import ConfigurationError


def withdraw(book: HandedBook, folder: OutboxFolder, number: int, person: str, at: datetime) -> State:
    """Takes an entry back that the worker has not taken, or closes one that it refused.

    The intent is noted before the file is moved, and the move decides: whoever renames it first has it.
    Where the file is not there yet, the agent finishes the withdrawal at its next look.

    Raises:
        ConfigurationError: there is no such entry, or it cannot be taken back any more.
    """
    one = _entry(book, number, person)
    if one.state is State.REFUSED:
        book.settle(one, State.WITHDRAWN, one.why, at, person=person)
        return State.WITHDRAWN
    if one.state not in {State.OPEN, State.WITHDRAWING}:
        raise ConfigurationError(f"entry {number} is {one.state.value}: {_way_out(one.state)}")
    if one.state is State.OPEN:
        book.settle(one, State.WITHDRAWING, "", at, person=person)
        one = _entry(book, number, person)
    if folder.move(number, Place.WAITING, Place.WITHDRAWN):
        book.settle(one, State.WITHDRAWN, "", at)
        return State.WITHDRAWN
    if any(folder.has(place, number) for place in (Place.TAKEN, Place.ANSWERS)):
        book.settle(one, State.OPEN, "", at)
        raise ConfigurationError(f"the worker has taken entry {number}: wait for its answer")
    return State.WITHDRAWING


def judge(
    book: HandedBook, ledger: PostingLedger, number: int, *, is_in_books: bool, person: str, at: datetime
) -> State:
    """Says of an entry in doubt or conflict, after its rows were compared, whether it stands in the books.

    Raises:
        ConfigurationError: there is no such entry, or nothing about it is in doubt.
    """
    one = _entry(book, number, person)
    if one.state not in {State.DOUBT, State.CONFLICT}:
        raise ConfigurationError(f"entry {number} is {one.state.value}: nothing about it needs judging")
    if not is_in_books:
        book.settle(one, State.WITHDRAWN, one.why, at, person=person)
        return State.WITHDRAWN
    if ledger.find(one.key) is None:
        book.post(one, one.posted, at, why=one.why, person=person)
    else:
        book.settle(one, State.DONE, one.why, at, person=person)
    return State.DONE


def _entry(book: HandedBook, number: int, person: str) -> Handed:
    if not person:
        raise ConfigurationError("say who decides: a decision needs a person's name")
    one = book.get(number)
    if one is None:
        raise ConfigurationError(f"the outbox has no entry {number}; see the list of those that it has")
    return one


def _way_out(state: State) -> str:
    if state in {State.DOUBT, State.CONFLICT}:
        return "compare its rows with the books, then judge it"
    return "nothing is left to take back"
