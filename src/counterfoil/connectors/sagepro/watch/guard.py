"""Stands before the writer of a company: after a restore nothing is posted until a person decided."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import structlog
from typing_extensions import override

from counterfoil.connectors.sagepro.backend import PostGroup, RestoreWatch
from counterfoil.connectors.sagepro.results import Result
from counterfoil.connectors.sagepro.watch.decisions import Decisions
from counterfoil.connectors.sagepro.watch.ledger_copy import LedgerCopy
from counterfoil.connectors.sagepro.watch.restored import Astray, find_astray
from counterfoil.connectors.sagepro.watch.sites import WatchedSite
from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.facts.keys import PostingKey
from counterfoil.ports.erp import Conflict
from counterfoil.ports.errors import CounterfoilError, TransientError

_log = structlog.get_logger()


class RestoreGuard(RestoreWatch):
    """For the lane's thread, but for `look` and `missed`, which any thread may call."""

    def __init__(self, site: WatchedSite, copy: LedgerCopy, book: Decisions) -> None:
        self._site = site
        self._copy = copy
        self._book = book
        self._astray: tuple[Astray, ...] = ()
        self._was: tuple[int, int] | None = None
        self._tried: set[PostingKey] = set()

    @property
    @override
    def why(self) -> str:
        """Why nothing is posted; empty where all is well."""
        if not self._astray:
            return ""
        return (
            f"{len(self._astray)} postings are {self._astray[-1].lacks.value} any more, as after a restore:"
            " nothing is posted until a person decides with counterfoil sagepro restored"
        )

    @override
    def look(self) -> None:
        """Compares ledger, copy and tables.

        Raises:
            TransientError: a table or file is in use.
            ConfigurationError: a table or column is missing or unfit.
        """
        with self._site.look() as look, look.books.turn:
            self._astray = find_astray(look, self._copy, self._book)
            self._was = self._site.stamp()
        if not self._astray:
            self._copy.catch_up(self._book)
        else:
            _log.error("postings_astray", company=self._site.profile.company, why=self.why)

    @override
    def missed(self, key: PostingKey) -> str:
        try:
            was_posted = self._copy.has(str(key))
        except TransientError as error:
            _log.warning("ledger_copy_unreadable", company=self._site.profile.company, why=str(error))
            return ""
        if not was_posted or self._book.has(str(key)):
            return ""
        if str(key) not in self._book.keys():  # noqa: SIM118 - no mapping
            return f"{key} was posted and is missing, as after a restore: a person decides"
        is_coming = any(fact.key == key for fact in self._book.waiting())
        return f"{key} is missing since a restore, and about to be posted again" if is_coming else ""

    @override
    def waiting(self) -> tuple[Fact, ...]:
        """What a person decided to post again, and what was not tried yet."""
        if self._astray:
            return ()
        return tuple(fact for fact in self._book.waiting() if fact.key not in self._tried)

    @override
    def before(self, post: PostGroup, objection: Callable[[Fact], str]) -> PostGroup:
        """The writer behind the guard."""

        def guarded(facts: Sequence[Fact]) -> Sequence[Result]:
            why = self._objection()
            if why is not None:
                return [why for _ in facts]
            self._post_again(facts, post, objection)
            gone = {fact.key: conflict for fact, conflict in self._gone(facts)}
            passing = [fact for fact in facts if fact.key not in gone]
            results = dict(zip((fact.key for fact in passing), post(passing), strict=True)) if passing else {}
            self._follow()
            self._was = self._site.stamp()
            return [gone.get(fact.key) or results[fact.key] for fact in facts]

        return guarded

    @override
    def close(self) -> None:
        self._copy.close()
        self._book.close()

    def _objection(self) -> CounterfoilError | None:
        """Looks again where something may have happened: a smaller or another file, or a decision."""
        now = self._site.stamp()
        if self._astray or self._was is None or now[0] != self._was[0] or now[1] < self._was[1]:
            try:
                self.look()
            except CounterfoilError as error:
                return error
        return TransientError(self.why) if self._astray else None

    def _follow(self) -> None:
        """What was posted stands, also where the copy cannot take it over: it catches up later."""
        try:
            self._copy.catch_up(self._book)
        except CounterfoilError as error:
            _log.error("ledger_copy_behind", company=self._site.profile.company, why=str(error))

    def _post_again(self, facts: Sequence[Fact], post: PostGroup, objection: Callable[[Fact], str]) -> None:
        """What was decided meanwhile comes before what is new, in its first order, where the rung lets it."""
        keys = {fact.key for fact in facts}
        for fact in self.waiting():
            why = "" if fact.key in keys else objection(fact)
            if why:
                _log.warning("not_posted_again", posting=str(fact.key), why=why)
                continue
            self._tried.add(fact.key)
            if fact.key not in keys:
                (answer,) = post([fact])
                _log.info("posted_again", posting=str(fact.key), answer=type(answer).__name__)

    def _gone(self, facts: Sequence[Fact]) -> Iterator[tuple[Fact, Conflict]]:
        """What a person gave up is not posted by a repeat."""
        accepted = self._book.gone()
        for fact in facts:
            if str(fact.key) in accepted:
                person, at = accepted[str(fact.key)]
                why = f"{person} accepted on {at[:10]} that this posting is gone since a restore"
                advice = "key it in Sage Pro if it belongs into the books"
                yield fact, Conflict(key=fact.key, why=f"{why}: {advice}")
