"""A program dies at every write, wait for the disk and lock call of a posting over four tables, by strace.

Not a sample: the calls are counted first, then a child is killed at each of them. Recovery makes each crash
all or nothing, and is itself killed at each of its calls.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from counterfoil.foxpro.transactions.recovery import RolledForward
from tests.crash import tracer
from tests.crash.test_foxpro_transactions import IDS, ledger, roll_forward, sound, write
from tests.unit.foxpro import company

PARTS = 4
"""The points are spread over as many tests, for several workers."""

pytestmark = pytest.mark.timeout(240)


@pytest.fixture(scope="module", autouse=True)
def strace() -> None:
    reason = tracer.missing()
    if reason:
        pytest.skip(f"NOT KILLED AT EVERY CALL: {reason}")


def points_of(work: Callable[[], object], log: Path) -> Iterator[tuple[str, int]]:
    """Every call at which the work can die."""
    counted = tracer.count_calls(work, log)
    assert counted["fsync"]
    assert counted["write"]
    for call in tracer.CALLS:
        for number in range(1, counted[call] + 1):
            yield call, number


@pytest.mark.parametrize("part", range(PARTS))
def test_killed_at_any_call_it_is_whole_or_nothing(
    journalled: Path, nothing: company.Rows, whole: company.Rows, tmp_path: Path, part: int
) -> None:
    counted = company.copied(journalled, tmp_path / "counted")
    points = list(points_of(lambda: write(counted), tmp_path / "log"))
    assert len(points) > 200
    for point in points[part::PARTS]:
        folder = company.copied(journalled, tmp_path / "company")
        assert tracer.kill_at(lambda: write(folder), *point), point  # noqa: B023 - done within the loop's body
        is_decided = bool(ledger(folder))
        recovered = roll_forward(folder)
        assert recovered in ([RolledForward(1, IDS)], []), point
        assert company.live_rows(folder) == (whole if is_decided else nothing), point
        sound(folder)
        assert roll_forward(folder) == []


@pytest.mark.parametrize(("call", "number"), [("write", 10), ("write", 20), ("fsync", 7)])
def test_killed_at_any_call_of_recovery_it_is_whole_in_the_end(
    journalled: Path, whole: company.Rows, tmp_path: Path, call: str, number: int
) -> None:
    crashed = company.copied(journalled, tmp_path / "crashed")
    assert tracer.kill_at(lambda: write(crashed), call, number)
    counted = company.copied(crashed, tmp_path / "counted")
    points = list(points_of(lambda: roll_forward(counted), tmp_path / "log"))
    assert ledger(counted) == set(IDS)
    for point in points:
        folder = company.copied(crashed, tmp_path / "company")
        assert tracer.kill_at(lambda: roll_forward(folder), *point), point  # noqa: B023 - as above
        roll_forward(folder)
        assert company.live_rows(folder) == whole, point
        sound(folder)
