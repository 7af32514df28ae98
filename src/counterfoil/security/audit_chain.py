"""What people did, sealed line by line: each seal covers its line and the seal before it.

Whoever changes, takes away or slips in a line later breaks the chain at that place. Whoever can write every
table can make the whole chain anew: the heads that the log tells of are what it is held against then.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

START = ""
"""What stands before the first seal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The last seal of a chain."""

    place: int = 0
    """Counted from one; 0: nothing is sealed."""
    seal: str = START


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A seal with its line as the line stands now."""

    place: int
    line: str
    """Which line it is, such as ``act 17``."""
    content: str | None
    """None: the line is gone."""
    seal: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """A place where a line is not what was sealed."""

    place: int
    words: str
    fingerprint: str
    """Of what stands there now: a person accepts this and nothing else."""


def seal_of(before: str, line: str, content: str) -> str:
    """SHA-256 in hexadecimal over the seal before, the line's name and its content."""
    parts = (part.encode() for part in (before, line, content))
    told = b"".join(len(part).to_bytes(8, "big") + part for part in parts)
    return hashlib.sha256(told).hexdigest()


def breaks(
    chain: Iterable[Sealed], accepted: AbstractSet[tuple[int, str]], known: Head | None = None
) -> Iterator[Break]:
    """Every place that does not fit, but for those that a person accepted as they stand.

    `known`: a head that the log told of; a chain made anew, or cut off before it, does not have it.
    """
    return (each for each in _all_breaks(chain, known) if (each.place, each.fingerprint) not in accepted)


def _all_breaks(chain: Iterable[Sealed], known: Head | None) -> Iterator[Break]:
    last, is_met = Head(), known is None
    for each in chain:
        if each.place != last.place + 1:
            yield _gap(last.place + 1, each)
        elif each.content is None or seal_of(last.seal, each.line, each.content) != each.seal:
            yield _change(each)
        last = Head(place=each.place, seal=each.seal)
        is_met = is_met or last == known
    if known and not is_met:
        words = "the seal that was known of this place is not in the chain"
        yield Break(place=known.place, words=words, fingerprint=seal_of("known", known.seal, ""))


def _gap(first: int, following: Sealed) -> Break:
    """Without the seal before it the line that follows cannot be checked: it is accepted with the gap."""
    last = following.place - 1
    places = f"place {first} is" if first == last else f"places {first} to {last} are"
    return Break(place=first, words=f"{places} missing", fingerprint=_print_of(following))


def _change(each: Sealed) -> Break:
    what = "is gone" if each.content is None else "is not as it was sealed"
    return Break(place=each.place, words=f"{each.line} {what}", fingerprint=_print_of(each))


def _print_of(each: Sealed) -> str:
    stands = "gone" if each.content is None else f"now {each.content}"
    return seal_of(each.seal, f"{each.place} {each.line}", stands)
