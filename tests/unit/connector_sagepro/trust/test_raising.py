"""What must hold before a company is moved up, and what it may do where it stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from counterfoil.connectors.sagepro.trust.raising import Evidence, Request, move_of, objections
from counterfoil.connectors.sagepro.trust.rungs import Backup, Mode, Rung, Standing, standing_of

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
KIND = "receipt on invoices"
BACKUP = Backup(path="/backup", taken_at=NOW - timedelta(hours=10))
REQUEST = Request(rung=Rung.DIRECT, person="Ann Lee", reason="calibrated", kinds=(KIND,), backup=BACKUP)
EVIDENCE = Evidence(safe=(KIND,), known=(KIND, "refund"), backup_put_at=NOW - timedelta(hours=9))
START = Standing(rung=Rung.READ_ONLY)


def found(request: Request, evidence: Evidence = EVIDENCE, mode: Mode = Mode.LIVE) -> str:
    return "; ".join(objections(request, START, mode, evidence, NOW))


def test_a_live_company_with_everything_in_order_is_raised_to_direct() -> None:
    assert found(REQUEST) == ""
    move = move_of(REQUEST, Mode.LIVE, NOW, "1.0")
    assert (move.kinds, move.is_calibrated, move.backup) == ((KIND,), True, BACKUP)


@pytest.mark.parametrize(
    ("request_", "evidence", "words"),
    [
        (replace(REQUEST, person=" "), EVIDENCE, "say who"),
        (replace(REQUEST, reason=""), EVIDENCE, "say why"),
        (replace(REQUEST, kinds=()), EVIDENCE, "name the posting kinds"),
        (replace(REQUEST, kinds=("refund",)), EVIDENCE, "refund is not safe here"),
        (replace(REQUEST, kinds=("gift",)), EVIDENCE, "'gift' is no posting kind"),
        (REQUEST, replace(EVIDENCE, faults=("no column refno",)), "no column refno"),
        (replace(REQUEST, backup=None), EVIDENCE, "name a backup"),
        (REQUEST, replace(EVIDENCE, backup_put_at=None), "/backup holds no backup"),
        (
            replace(REQUEST, backup=replace(BACKUP, taken_at=NOW + timedelta(hours=1))),
            EVIDENCE,
            "lies in the future",
        ),
        (
            replace(REQUEST, backup=replace(BACKUP, taken_at=NOW - timedelta(hours=25))),
            EVIDENCE,
            "at most 24 hours old",
        ),
        (REQUEST, replace(EVIDENCE, backup_put_at=NOW - timedelta(hours=25)), "at most 24 hours old"),
        (REQUEST, replace(EVIDENCE, backup_put_at=NOW - timedelta(hours=12)), "is older than"),
    ],
)
def test_what_is_missing_for_direct_is_named(request_: Request, evidence: Evidence, words: str) -> None:
    assert words in found(request_, evidence)


def test_a_test_company_is_put_on_direct_by_a_named_person_and_recorded_as_uncalibrated() -> None:
    bare = Request(rung=Rung.DIRECT, person="Ann Lee", reason="a sample")
    assert found(bare, Evidence(), Mode.TEST) == ""
    assert "say who" in found(replace(bare, person=""), Evidence(), Mode.TEST)
    move = move_of(bare, Mode.TEST, NOW, "1.0")
    assert not move.is_calibrated
    assert standing_of([move], Mode.TEST).refuses("anything") == ""


def test_shadow_needs_a_person_and_a_reason_alone_and_so_does_the_outbox_of_a_test_company() -> None:
    for rung, mode in ((Rung.SHADOW, Mode.LIVE), (Rung.OUTBOX, Mode.TEST)):
        assert found(Request(rung=rung, person="Ann Lee", reason="to see"), Evidence(), mode) == ""
        assert "say why" in found(Request(rung=rung, person="Ann Lee", reason=""), Evidence(), mode)


def test_the_outbox_of_a_live_company_needs_its_kinds_proven_and_no_backup() -> None:
    request = Request(rung=Rung.OUTBOX, person="Ann Lee", reason="trial", kinds=(KIND,))
    assert found(request, Evidence(safe=(KIND,), known=(KIND,))) == ""
    assert "name the posting kinds" in found(replace(request, kinds=()))
    assert f"{KIND} is not proven here" in found(request, replace(EVIDENCE, safe=()))
    standing = standing_of([move_of(request, Mode.LIVE, NOW, "1.0")], Mode.LIVE)
    assert standing.refuses(KIND) == ""
    assert "refund was not proven or vouched for" in standing.refuses("refund")


def test_down_is_always_possible_and_asks_for_nothing_but_a_name() -> None:
    up = move_of(REQUEST, Mode.LIVE, NOW, "1.0")
    down = Request(rung=Rung.READ_ONLY, person="Ann Lee", reason="odd rows")
    assert objections(down, standing_of([up], Mode.LIVE), Mode.LIVE, Evidence(), NOW) == []


def test_direct_writes_the_kinds_that_it_was_raised_for_and_no_other() -> None:
    standing = standing_of([move_of(REQUEST, Mode.LIVE, NOW, "1.0")], Mode.LIVE)
    assert standing.refuses(KIND) == ""
    assert "refund was not calibrated" in standing.refuses("refund")


def test_what_a_test_company_was_given_is_gone_once_it_is_live() -> None:
    move = move_of(Request(rung=Rung.DIRECT, person="Ann", reason="x"), Mode.TEST, NOW, "1.0")
    standing = standing_of([move], Mode.LIVE)
    assert standing.rung is Rung.READ_ONLY
    assert "is live now: raise it again" in standing.refuses(KIND)


def test_a_company_that_nobody_moved_stands_on_read_only() -> None:
    assert standing_of([], Mode.TEST).rung is Rung.READ_ONLY
    assert "read-only" in standing_of([], Mode.TEST).refuses(KIND)
