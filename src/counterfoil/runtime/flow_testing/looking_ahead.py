"""What another version of a flow would make of an event that came already."""

from __future__ import annotations

from dataclasses import dataclass

from counterfoil.ports.recorded_runs import RecordedRun
from counterfoil.runtime.flow_testing.comparing import shown
from counterfoil.runtime.flow_testing.replaying import Memory, Version, replay
from counterfoil.runtime.flow_testing.telling import Tree
from counterfoil.runtime.flow_testing.trying import Trail
from counterfoil.runtime.operations import Site

_TOLD = ("answer", "fact", "customer", "amount", "applications", "on_account", "meaning", "outcome", "parts")


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """An event that would come to something else, each in words for people."""

    kind: str
    transaction: str
    before: str
    after: str


def look_ahead(
    recorded: RecordedRun, before: Version, after: Version, site: Site, memory: Memory
) -> Effect | None:
    """How both versions carry the event on the books as they stand; None where it comes to the same.

    Raises:
        CounterfoilError: the books cannot be read.
    """
    old, new = (replay(recorded, version, site, memory).trail for version in (before, after))
    if _matter(old) == _matter(new):
        return None
    return Effect(
        kind=recorded.run.event.kind,
        transaction=recorded.run.order_key.rpartition("/")[2],
        before=_words(old),
        after=_words(new, is_same_posted=bool(old.postings) and old.postings == new.postings),
    )


def _matter(trail: Trail) -> tuple[Tree, ...]:
    """Nodes may be called and ordered as they like; what is sent or asked, and the end, count."""
    sent = (trail.postings, trail.charges, trail.calls, trail.told, trail.notices)
    return trail.end, *map(list, sent), trail.asked


def _words(trail: Trail, *, is_same_posted: bool = False) -> str:
    told = [shown({name: posting[name] for name in _TOLD if name in posting}) for posting in trail.postings]
    told = ["the same is posted"] if is_same_posted else told
    told += [f"invoice {each['invoice']} is charged: {each['amount']}" for each in trail.charges]
    told += [f"{each['kind']} is told of" for each in trail.told]
    told += [f"{notice['channel']} is told: {notice['title']}" for notice in trail.notices]
    asked = [f"a person is asked: {trail.asked['title']} ({trail.asked['why']})"] if trail.asked else []
    return "; ".join([*told, *asked]) or f"{trail.end}, nothing is posted"
