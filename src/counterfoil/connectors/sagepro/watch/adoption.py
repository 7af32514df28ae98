"""A payment whose rows a person accepted: it is noted in the posting ledger when it is told of again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

import structlog

from counterfoil.connectors.sagepro.backend import PostGroup
from counterfoil.connectors.sagepro.entries import Entry
from counterfoil.connectors.sagepro.entry_encoding import encode_entry
from counterfoil.connectors.sagepro.recorded import RawRecord
from counterfoil.connectors.sagepro.results import Result
from counterfoil.connectors.sagepro.watch.accepted import Accepted, AcceptedRows
from counterfoil.connectors.sagepro.watch.decisions import Decisions
from counterfoil.connectors.sagepro.watch.marked import difference, is_of
from counterfoil.domain.facts.fact import Fact
from counterfoil.ports.encoding import FACT
from counterfoil.ports.erp import Conflict

_log = structlog.get_logger()


class Adoption:
    """Stands before a company's writer, for the lane's thread alone."""

    def __init__(self, accepted: AcceptedRows, book: Decisions, now: Callable[[], datetime]) -> None:
        """`now` in the company's own zone, as the ledger keeps its times."""
        self._accepted = accepted
        self._book = book
        self._now = now

    def before(self, post: PostGroup) -> PostGroup:
        """The writer, which answers what is noted here as posted already."""

        def adopting(facts: Sequence[Fact]) -> Sequence[Result]:
            accepted = self._accepted.all()
            conflicts = {one.key: one for one in self._conflicts(facts, accepted)} if accepted else {}
            passing = [fact for fact in facts if fact.key not in conflicts]
            answers = post(passing) if passing else ()
            results = dict(zip((fact.key for fact in passing), answers, strict=True))
            return [conflicts.get(fact.key) or results[fact.key] for fact in facts]

        return adopting

    def _conflicts(self, facts: Sequence[Fact], accepted: Mapping[str, Accepted]) -> Iterator[Conflict]:
        """Whatever is the same is noted; the rest is told."""
        for fact in facts:
            one = next((one for marker, one in accepted.items() if is_of(fact, marker)), None)
            if one is None or one.key or fact.key.generation > 1 or self._book.has(str(fact.key)):
                continue
            differs = difference(fact, one.marked)
            if differs:
                yield Conflict(
                    key=fact.key, why=f"{_said(one)}, and {differs}: compare, then key what is amiss"
                )
            else:
                self._adopt(fact, one)

    def _adopt(self, fact: Fact, one: Accepted) -> None:
        document = next((row.number for row in one.marked.rows if row.is_on_account), one.marked.marker)
        entry = Entry(fact=fact, document=document, new=(), changed=())
        texts = (json.dumps(FACT.encode(fact), ensure_ascii=False), document, "[]", self._now().isoformat())
        columns = (str(fact.key), fact.digest, *texts, json.dumps(encode_entry(entry)))
        self._book.put_back([RawRecord(number=0, columns=columns)], one.person)
        self._accepted.note_key(one.marked.marker, str(fact.key))
        _log.info("rows_adopted", posting=str(fact.key), marker=one.marked.marker, person=one.person)


def _said(one: Accepted) -> str:
    return f"{one.person} accepted on {one.accepted_at:%Y-%m-%d} that rows of this payment stand in the books"
