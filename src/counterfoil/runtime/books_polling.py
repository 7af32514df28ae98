"""Polls the change feed of one company's books and stores what it tells, each notice once."""

from __future__ import annotations

from collections.abc import Sequence

import structlog

from counterfoil.ports.changes import ChangeFeed, ChangesAnswer, Notice, Page, StartOver
from counterfoil.ports.clock import Clock
from counterfoil.ports.intake import BooksEvent, BooksEventSink, CursorStore
from counterfoil.runtime.books_news import event_of, missed
from counterfoil.runtime.days_reader import Polled

log = structlog.get_logger()

CURSOR = "changes"
PAGE = 200
PAGES_MAX = 50
"""How many full pages one turn takes."""


class BooksPoller:
    """Moves the cursor only over what is stored; a repeat of what was stored is the same events again."""

    def __init__(
        self,
        connection: str,
        company: str,
        feed: ChangeFeed,
        *,
        events: BooksEventSink,
        cursors: CursorStore,
        clock: Clock,
    ) -> None:
        self._connection = connection
        self._company = company
        self._feed = feed
        self._events = events
        self._cursors = cursors
        self._clock = clock

    def turn(self) -> Polled:
        """One poll.

        Raises:
            CounterfoilError: as the agent or the store; the next poll goes on where this one stood.
        """
        polled = Polled()
        for _ in range(PAGES_MAX):
            cursor = self._cursors.read(self._connection, CURSOR)
            answer = self._feed.changes(cursor, PAGE)
            polled += self._store(answer)
            # A place that was reached before is noted anew: the row's time tells when the poll last worked.
            self._cursors.write(self._connection, CURSOR, answer.cursor)
            if isinstance(answer, Page) and not answer.more:
                break
        if polled.new:
            log.info("books_told_news", connection=self._connection, read=polled.read, new=polled.new)
        return polled

    def _store(self, answer: ChangesAnswer) -> Polled:
        news = self._news(answer)
        return Polled(read=len(news), new=self._events.accept_news(self._connection, news) if news else 0)

    def _news(self, answer: ChangesAnswer) -> Sequence[BooksEvent]:
        """Where the feed lost its place, what stands wrong now is all that it can still tell."""
        if isinstance(answer, StartOver):
            log.warning("books_news_missed", connection=self._connection, why=answer.why)
            standing = self._feed.changes(None, PAGE)
            told = standing.notices if isinstance(standing, Page) else ()
            return [missed(self._company, answer, self._clock.now()), *self._events_of(told)]
        return self._events_of(answer.notices)

    def _events_of(self, notices: Sequence[Notice]) -> list[BooksEvent]:
        return [event_of(self._company, notice) for notice in notices]
