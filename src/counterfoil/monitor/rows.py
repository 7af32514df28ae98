"""Alerts and settings between their values and the rows that are stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from msgspec import Struct, convert, to_builtins

from counterfoil.monitor.alerts import Alert, Key, Phase, Told
from counterfoil.monitor.configuration import Environment
from counterfoil.monitor.rules import BY_NAME, Limits
from counterfoil.monitor.telling import REMIND, Silence
from counterfoil.ports.run_store import Json
from counterfoil.store.alerts import WIDE, AlertRow, SilenceRow

_HOUR = timedelta(hours=1)
_MINUTE = timedelta(minutes=1)


class Wide(Struct, frozen=True, kw_only=True):
    """An environment's own settings as they are stored."""

    channels: tuple[str, ...] = ()
    remind_hours: int = REMIND // _HOUR


class Limited(Struct, frozen=True, kw_only=True):
    """The limits of a rule as they are stored."""

    raise_at: int
    clear_at: int
    hold_minutes: int
    enabled: bool


def alert_of(row: AlertRow) -> Alert:
    return Alert(
        key=key_of(row),
        phase=Phase(row.phase),
        value=row.value,
        words=row.words,
        since=row.since,
        raised_at=row.raised_at,
        good_since=row.good_since,
        resolved_at=row.resolved_at,
        told=Told(row.told),
        told_at=row.told_at,
    )


def key_of(row: AlertRow) -> Key:
    return Key(row.environment, row.rule, row.subject)


def row_of(alert: Alert) -> AlertRow:
    return AlertRow(
        environment=alert.key.environment,
        rule=alert.key.rule,
        subject=alert.key.subject,
        phase=alert.phase.value,
        value=alert.value,
        words=alert.words,
        since=alert.since,
        raised_at=alert.raised_at,
        good_since=alert.good_since,
        resolved_at=alert.resolved_at,
        told=alert.told.value,
        told_at=alert.told_at,
    )


def silence_of(row: SilenceRow) -> Silence:
    return Silence(
        id=row.id,
        rule=row.rule,
        subject=row.subject,
        until=row.until,
        by=row.by,
        why=row.why,
    )


def environments_of(settings: Mapping[tuple[str, str], Json]) -> dict[str, Environment]:
    """What each environment says; of a rule that this release has not, nothing is taken."""
    found: dict[str, Environment] = {}
    for (name, rule), said in settings.items():
        known = found.get(name, Environment())
        if rule == WIDE:
            wide = convert(said, Wide)
            remind = wide.remind_hours * _HOUR
            found[name] = replace(known, channels=wide.channels, remind=remind)
        elif rule in BY_NAME:
            found[name] = replace(known, limits={**known.limits, rule: _limits(convert(said, Limited))})
    return found


def wide_settings(environment: Environment) -> Json:
    wide = Wide(channels=environment.channels, remind_hours=environment.remind // _HOUR)
    return dict(to_builtins(wide))


def limit_settings(limits: Limits) -> Json:
    limited = Limited(
        raise_at=limits.raise_at,
        clear_at=limits.clear_at,
        hold_minutes=limits.hold // _MINUTE,
        enabled=limits.enabled,
    )
    return dict(to_builtins(limited))


def _limits(said: Limited) -> Limits:
    return Limits(
        raise_at=said.raise_at,
        clear_at=said.clear_at,
        hold=said.hold_minutes * _MINUTE,
        enabled=said.enabled,
    )
