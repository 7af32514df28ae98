"""What a name or a label says, as words: split, short forms written out, run-together names cut up."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache

from counterfoil.flows.suggest.library import NAMES, WORDS, read_rows

_PIECES = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_A-Za-z]+")
_PLAIN = re.compile(r"[^a-z0-9]+")
_PLURALS = (("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch"), ("s", ""), ("", ""))
_SINGLE_MAX = 3
_PIECE_LEAST = 2
_JOINED_MAX = 24
_WORDS_MAX = 24
_REMEMBERED = 10_000


@cache
def meanings() -> Mapping[str, tuple[str, ...]]:
    """What known names mean, by the name's letters and digits alone."""
    found: dict[str, tuple[str, ...]] = {}
    for meaning, names in read_rows(NAMES):
        for key in dict.fromkeys(map(letters, names.split())):
            found[key] = (*found.get(key, ()), meaning)
    return found


def letters(name: str) -> str:
    """A name without capitals, blanks and signs."""
    return _PLAIN.sub("", name.lower())


def words(text: str) -> tuple[str, ...]:
    """The words of a name or label, each once, in order; at most so many."""
    found: dict[str, None] = {}
    for piece in _PIECES.findall(text):
        for word in _written_out(piece.lower()):
            found.setdefault(word)
    return tuple(found)[:_WORDS_MAX]


@cache
def _short_forms() -> Mapping[str, tuple[str, ...]]:
    return {short: tuple(means.split()) for short, means in read_rows(WORDS)}


@cache
def _vocabulary() -> Mapping[str, tuple[str, ...]]:
    """Short forms and whole words, of which run-together names are made."""
    whole = {word for means in _short_forms().values() for word in means}
    whole |= {word for (meaning, *_) in read_rows(NAMES) for word in meaning.split()}
    return {word: (word,) for word in whole if len(word) > _PIECE_LEAST} | {
        short: means for short, means in _short_forms().items() if means
    }


def _written_out(piece: str) -> tuple[str, ...]:
    """A lower-case piece as whole words: known, plural of a known one, or made of known ones.

    Words that say nothing, such as "the", have no meaning in the table and are left out.
    """
    known = _vocabulary()
    for forms in (known, _short_forms()):
        if piece in forms:
            return forms[piece]
    single = _single(piece)
    if single in known:
        return known[single]
    return _cut_up(piece) or (single,)


def _single(word: str) -> str:
    """Without the ending of a plural."""
    if len(word) <= _SINGLE_MAX or word.endswith(("ss", "us", "is")):
        return word
    ending, instead = next(each for each in _PLURALS if word.endswith(each[0]))
    return word.removesuffix(ending) + instead


@lru_cache(_REMEMBERED)
def _cut_up(piece: str) -> tuple[str, ...]:
    """The known words that a piece consists of, the fewest and of these the longest first; else nothing."""
    if not piece.isascii() or not piece.isalpha() or len(piece) > _JOINED_MAX:
        return ()
    known = _vocabulary()
    best: dict[int, tuple[str, ...]] = {0: ()}
    for end in range(1, len(piece) + 1):
        ways = [
            (*best[start], piece[start:end])
            for start in range(end - _PIECE_LEAST + 1)
            if start in best and piece[start:end] in known
        ]
        if ways:
            best[end] = min(ways, key=lambda way: (len(way), [-len(part) for part in way]))
    return tuple(word for part in best.get(len(piece), ()) for word in known[part])
