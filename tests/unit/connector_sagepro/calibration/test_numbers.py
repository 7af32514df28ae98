"""Where a new document's number came from."""

from __future__ import annotations

from collections.abc import Mapping

from counterfoil.connectors.sagepro.calibration.changes import RowDelta
from counterfoil.connectors.sagepro.calibration.numbers import NOBODY, NumberSeen, numbers_seen

HEADS = [("armast", "invno")]
NEW = RowDelta(table="armast", record=9, before=None, after={"invno": "    100777"})


def moved(table: str, column: str, before: object, after: object) -> RowDelta:
    fields = {"sysid": "AR01", "other": 5}
    return RowDelta(table=table, record=1, before={**fields, column: before}, after={**fields, column: after})


def seen(*deltas: RowDelta, highest: Mapping[str, int] | None = None) -> NumberSeen:
    (found,) = numbers_seen([NEW, *deltas], HEADS, highest or {"armast": 5})
    return found


def test_a_counter_of_the_system_table_with_its_mirror() -> None:
    found = seen(moved("sysdata", "int3", 100776, 100777), moved("arsysd", "int3", 100776, 100777))
    assert (found.counter, found.is_next, found.is_mirrored) == ("int3", False, True)
    assert found.rule == (
        "sysdata.int3 of row AR01 holds the number last used, and its mirror in the company's tables"
    )


def test_a_counter_that_holds_the_next_number() -> None:
    assert (
        seen(moved("sysdata", "int1", 100777, 100778)).rule
        == "sysdata.int1 of row AR01 holds the next number"
    )


def test_a_counter_of_the_site_s_own() -> None:
    found = seen(moved("arsetup", "nextcr", "100776", "100777"))
    assert (found.counter, found.where) == ("", "arsetup.nextcr of row AR01")
    assert "a counter of the site's own" in found.rule


def test_the_highest_number_plus_one() -> None:
    assert seen(highest={"armast": 100776}).rule == "it is the highest number so far plus one"


def test_a_number_that_nothing_led_to() -> None:
    assert seen(moved("sysdata", "int1", 4, 5)).rule == NOBODY
