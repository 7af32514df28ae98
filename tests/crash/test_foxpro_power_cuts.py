"""The power fails in a posting over four tables, and in its recovery: a thousand disks as they may be found.

A child's own writes and waits for the disk are recorded by strace and played into images, SQLite's included.
"""

from __future__ import annotations

import random  # noqa: TID251 - seeded, to lose the same sectors again
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from counterfoil.foxpro.transactions.recovery import RolledForward
from tests.crash import power, tracer
from tests.crash.test_foxpro_transactions import IDS, Gate, ledger, roll_forward, sound, write
from tests.unit.foxpro import company

IMAGES = 1000
PARTS = 4
WORK_MAX = 150
"""Writes and waits for the disk that recovery may need: a small part of a second."""

pytestmark = pytest.mark.timeout(240)


@pytest.fixture(scope="module", autouse=True)
def strace() -> None:
    reason = tracer.missing()
    if reason:
        pytest.skip(f"NO POWER CUTS: {reason}")


def recorded(work: Callable[[], object], folder: Path, log: Path) -> list[power.Event]:
    assert tracer.run(work, log, power.OPTIONS) == 0
    events = power.events_of(log, folder)
    assert {"write", "sync", "truncate", "unlink", "folder"} >= {event.kind for event in events}
    return events


def cut(journalled: Path, events: Sequence[power.Event], number: int, to: Path) -> int:
    """The image of a number: the cuts in turn, each time with other losses. Tells after how many events."""
    at = number % (len(events) + 1)
    shutil.rmtree(to, ignore_errors=True)
    power.Disk(journalled, events[:at]).image(random.Random(number), to)  # noqa: S311 - chance, no secret
    return at


def work_of_recovery(folder: Path) -> int:
    """Rolls forward after the power came back; tells how many writes and waits that took."""
    gate = Gate(0, lambda: None)
    assert roll_forward(folder, gate, boot="the next") in ([RolledForward(1, IDS)], [])
    return -gate.left


@pytest.mark.parametrize("part", range(PARTS))
def test_whatever_a_power_cut_leaves_it_is_whole_or_nothing(
    journalled: Path, nothing: company.Rows, whole: company.Rows, tmp_path: Path, part: int
) -> None:
    played = company.copied(journalled, tmp_path / "played")
    events = recorded(lambda: write(played), played, tmp_path / "log")
    image, decided = tmp_path / "image", []
    for number in range(part, IMAGES, PARTS):
        at = cut(journalled, events, number, image)
        is_decided = bool(ledger(image))
        assert work_of_recovery(image) <= WORK_MAX, number
        assert company.live_rows(image) == (whole if is_decided else nothing), number
        sound(image)
        decided.append((at, is_decided))
    first_write = min(at for at, event in enumerate(events) if event.name.endswith(".dbf"))
    assert {is_decided for _, is_decided in decided} == {False, True}
    assert all(is_decided for at, is_decided in decided if at > first_write), "written before it was decided"


@pytest.mark.parametrize("point", [("write", 12), ("fsync", 5)])
def test_a_power_cut_in_recovery_does_no_harm(
    journalled: Path, whole: company.Rows, tmp_path: Path, point: tuple[str, int]
) -> None:
    crashed = company.copied(journalled, tmp_path / "crashed")
    assert tracer.kill_at(lambda: write(crashed), *point)
    assert ledger(company.copied(crashed, tmp_path / "looked at")) == set(IDS)
    played = company.copied(crashed, tmp_path / "played")
    events = recorded(lambda: roll_forward(played, boot="the next"), played, tmp_path / "log")
    image = tmp_path / "image"
    for number in range(2 * len(events)):
        cut(crashed, events, number, image)
        assert roll_forward(image, boot="the one after") in ([RolledForward(1, IDS)], []), number
        assert company.live_rows(image) == whole, number
        sound(image)
