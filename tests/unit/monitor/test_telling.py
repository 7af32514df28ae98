"""What people are told, how often, and in which words."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from counterfoil.monitor.alerts import Alert, Key, Phase, Told
from counterfoil.monitor.configuration import Change, Environment, changed, find_rule, limits_of
from counterfoil.monitor.rules import Limits
from counterfoil.monitor.telling import (
    LINES_MAX,
    REMIND,
    News,
    Silence,
    Why,
    news,
    render_text,
    render_title,
    told,
)
from counterfoil.ports.errors import ConfigurationError
from tests.unit.monitor.samples import NOW, ago

DEAD = find_rule("dead_letters")
DISK = find_rule("disk_space")
RAISED = "2026-11-23 11:10 UTC"


def alert(subject: str = "01", rule: str = "dead_letters", **more: object) -> Alert:
    made = Alert(
        key=Key("production", rule, subject),
        phase=Phase.RAISED,
        value=3,
        words="3 runs stopped for good",
        since=ago(hours=1),
        raised_at=ago(minutes=50),
    )
    return replace(made, **more)  # type: ignore[arg-type] # each test names fields of it


def silence(rule: str = "dead_letters", subject: str = "") -> Silence:
    return Silence(id="s", rule=rule, subject=subject, until=NOW + timedelta(hours=1), by="ann", why="known")


def whys(*alerts: Alert, silences: tuple[Silence, ...] = ()) -> list[Why]:
    return [one.why for one in news(alerts, silences, NOW)]


def test_an_alert_is_told_once_then_rarely_and_once_when_over() -> None:
    new = alert()
    assert whys(new) == [Why.RAISED]
    known = told(news([new], [], NOW)[0], NOW)
    assert (known.told, known.told_at) == (Told.RAISED, NOW)
    assert news([known], [], NOW + REMIND - timedelta(seconds=1)) == []
    assert [one.why for one in news([known], [], NOW + REMIND)] == [Why.REMINDER]
    over = replace(known, phase=Phase.RESOLVED, resolved_at=NOW)
    assert whys(over) == [Why.RESOLVED]
    assert whys(told(news([over], [], NOW)[0], NOW)) == []


def test_what_nobody_heard_of_ends_unheard() -> None:
    assert whys(alert(phase=Phase.RESOLVED), alert("02", phase=Phase.PENDING)) == []


def test_silence_holds_for_its_rule_and_subject_and_ends() -> None:
    assert whys(alert(), silences=(silence(),)) == []
    assert whys(alert(), silences=(silence(subject="02"),)) == [Why.RAISED]
    assert whys(alert(), silences=(silence(rule="disk_space"),)) == [Why.RAISED]
    assert whys(alert(), silences=(replace(silence(), until=NOW),)) == [Why.RAISED]


def test_a_storm_is_one_notice_of_few_lines() -> None:
    storm = news([alert(f"{number:03}") for number in range(1, 201)], [], NOW)
    title, text = render_title(storm, "production"), render_text(storm)
    assert title == "Counterfoil production: 200 alerts, first: Runs stopped for good"
    assert len(text.splitlines()) == LINES_MAX + 3
    assert "and 180 more: counterfoil alerts list" in text


def test_the_notice_says_what_where_since_when_and_what_to_do() -> None:
    group = [
        News(alert=alert(), why=Why.RAISED),
        News(alert=alert("02", phase=Phase.RESOLVED), why=Why.RESOLVED),
    ]
    assert render_title(group, "production") == "Counterfoil production: Runs stopped for good; 1 over"
    assert render_text(group).splitlines() == [
        f"[new] {DEAD.title} (production 01): 3 runs stopped for good; since {RAISED} ({DEAD.name})",
        f"[over] {DEAD.title} (production 02): it was so from {RAISED} ({DEAD.name})",
        "",
        "What to do for each: docs/howto/alerts.md",
    ]


def test_an_environment_says_its_own_limits_and_others_keep_the_programs() -> None:
    said = {"qa": Environment(limits={"dead_letters": Limits(raise_at=50, clear_at=10)})}
    assert limits_of(said, DEAD, "qa").raise_at == 50
    assert limits_of(said, DEAD, "production") == DEAD.limits


def test_what_concerns_all_goes_by_what_is_nearest_to_production() -> None:
    few, fewer = Limits(raise_at=20, clear_at=30), Limits(raise_at=5, clear_at=6)
    said = {"dev": Environment(limits={"disk_space": fewer}), "qa": Environment(limits={"disk_space": few})}
    assert limits_of(said, DISK, "") == few
    assert limits_of({}, DISK, "") == DISK.limits


def test_limits_the_wrong_way_round_are_refused() -> None:
    assert changed(DEAD, DEAD.limits, Change(raise_at=5)).raise_at == 5
    assert not changed(DEAD, DEAD.limits, Change(enabled=False)).enabled
    with pytest.raises(ConfigurationError, match="raised above"):
        changed(DEAD, DEAD.limits, Change(raise_at=5, clear_at=9))
    with pytest.raises(ConfigurationError, match="raised below"):
        changed(DISK, DISK.limits, Change(raise_at=20))
    with pytest.raises(ConfigurationError, match="hold-minutes"):
        changed(DEAD, DEAD.limits, Change(hold_minutes=100_000))
    with pytest.raises(ConfigurationError, match="there is no rule dead_leters"):
        find_rule("dead_leters")
