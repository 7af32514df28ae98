"""A chain of seals: what is as it was holds, and every kind of change shows at its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from counterfoil.security.audit_chain import Head, Sealed, breaks, seal_of


def chain(*contents: str) -> list[Sealed]:
    made: list[Sealed] = []
    seal = ""
    for place, content in enumerate(contents, 1):
        line = f"act {place}"
        seal = seal_of(seal, line, content)
        made.append(Sealed(place=place, line=line, content=content, seal=seal))
    return made


WHOLE = chain("a", "b", "c", "d")


def places(sealed: Sequence[Sealed], known: Head | None = None) -> list[int]:
    return [each.place for each in breaks(sealed, set(), known)]


def test_what_is_as_it_was_sealed_holds() -> None:
    assert places([]) == places(WHOLE) == places(WHOLE[:2]) == []


@pytest.mark.parametrize(
    ("sealed", "where"),
    [
        pytest.param([WHOLE[0], replace(WHOLE[1], content="B"), *WHOLE[2:]], [2], id="changed"),
        pytest.param([WHOLE[0], replace(WHOLE[1], content=None), *WHOLE[2:]], [2], id="line-gone"),
        pytest.param([WHOLE[0], WHOLE[2], WHOLE[3]], [2], id="seal-gone-too"),
        pytest.param(WHOLE[2:], [1], id="beginning-gone"),
        pytest.param([*WHOLE[:3], replace(WHOLE[3], seal=WHOLE[2].seal)], [4], id="seal-made-up"),
        pytest.param([*WHOLE[:3], replace(WHOLE[3], line="act 9")], [4], id="another-line"),
    ],
)
def test_a_change_shows_at_its_place_and_nowhere_else(sealed: Sequence[Sealed], where: list[int]) -> None:
    assert places(sealed) == where


def test_a_chain_made_anew_or_cut_off_lacks_the_head_that_was_known() -> None:
    known = Head(place=3, seal=WHOLE[2].seal)
    assert places(WHOLE, known) == []
    assert places(chain("a", "B", "c", "d"), known) == [3]
    assert places(WHOLE[:2], known) == [3]


def test_what_was_accepted_is_accepted_as_it_stands_and_no_other_way() -> None:
    bent = [WHOLE[0], replace(WHOLE[1], content="B"), *WHOLE[2:]]
    accepted = {(each.place, each.fingerprint) for each in breaks(bent, set())}
    assert not list(breaks(bent, accepted))
    bent[1] = replace(WHOLE[1], content="C")
    assert [each.place for each in breaks(bent, accepted)] == [2]
    bent[1] = replace(WHOLE[1], content=None)
    assert [each.place for each in breaks(bent, accepted)] == [2]


def test_the_line_behind_an_accepted_gap_shows_when_it_is_changed_later() -> None:
    cut = [WHOLE[0], WHOLE[2], WHOLE[3]]
    accepted = {(each.place, each.fingerprint) for each in breaks(cut, set())}
    assert not list(breaks(cut, accepted))
    cut[1] = replace(WHOLE[2], content="C")
    assert [each.place for each in breaks(cut, accepted)] == [2]


def test_parts_that_only_look_alike_together_have_other_seals() -> None:
    assert seal_of("", "act 1", "1x") != seal_of("", "act 11", "x")
