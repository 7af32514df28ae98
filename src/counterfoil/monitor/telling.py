"""Who is told what: new alerts, rare reminders, and once that it is over; silenced ones wait. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum

from counterfoil.monitor.alerts import Alert, Key, Phase, Told
from counterfoil.monitor.rules import BY_NAME

REMIND = timedelta(hours=24)
LINES_MAX = 20
PAGE = "docs/howto/alerts.md"


class Why(Enum):
    """Why an alert is told now."""

    RAISED = "new"
    REMINDER = "still"
    RESOLVED = "over"


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """Alerts of a rule that nobody is told of for a while; an empty subject stands for any."""

    id: str
    rule: str
    subject: str
    until: datetime
    by: str
    why: str

    def covers(self, key: Key) -> bool:
        return self.rule == key.rule and self.subject in {"", key.subject}


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One alert to be told."""

    alert: Alert
    why: Why


def news(
    alerts: Iterable[Alert], silences: Sequence[Silence], now: datetime, remind: timedelta = REMIND
) -> list[News]:
    """What is to be told now, in the order of the rules."""
    quiet = [silence for silence in silences if silence.until > now]
    found = [
        News(alert=alert, why=why)
        for alert in alerts
        if (why := _why(alert, now, remind)) and not any(one.covers(alert.key) for one in quiet)
    ]
    places = {name: place for place, name in enumerate(BY_NAME)}
    return sorted(found, key=lambda one: (places.get(one.alert.key.rule, len(places)), one.alert.key))


def _why(alert: Alert, now: datetime, remind: timedelta) -> Why | None:
    match alert.phase, alert.told:
        case Phase.RAISED, Told.RAISED:
            is_due = alert.told_at is not None and now - alert.told_at >= remind
            return Why.REMINDER if is_due else None
        case Phase.RAISED, _:
            return Why.RAISED
        case Phase.RESOLVED, Told.RAISED:
            return Why.RESOLVED
        case _:
            return None


def told(one: News, now: datetime) -> Alert:
    """The alert once people know of it."""
    said = Told.RESOLVED if one.why is Why.RESOLVED else Told.RAISED
    return replace(one.alert, told=said, told_at=now)


def render_title(group: Sequence[News], environment: str) -> str:
    """The one line that people see first."""
    raised = [one for one in group if one.why is not Why.RESOLVED]
    over = len(group) - len(raised)
    parts = []
    if len(raised) == 1:
        parts.append(_title(raised[0].alert))
    elif raised:
        parts.append(f"{len(raised)} alerts, first: {_title(raised[0].alert)}")
    if over:
        parts.append(f"{over} over")
    return f"Counterfoil {environment or 'everywhere'}: {'; '.join(parts)}"


def render_text(group: Sequence[News]) -> str:
    """A line for each alert, and where it says what to do."""
    lines = [_line(one) for one in group[:LINES_MAX]]
    if len(group) > LINES_MAX:
        lines.append(f"and {len(group) - LINES_MAX} more: counterfoil alerts list")
    return "\n".join((*lines, "", f"What to do for each: {PAGE}"))


def _line(one: News) -> str:
    key = one.alert.key
    where = " ".join(part for part in (key.environment, key.subject) if part)
    since = one.alert.raised_at or one.alert.since
    head = f"[{one.why.value}] {_title(one.alert)}{f' ({where})' if where else ''}"
    if one.why is Why.RESOLVED:
        return f"{head}: it was so from {since:%Y-%m-%d %H:%M} UTC ({key.rule})"
    return f"{head}: {one.alert.words}; since {since:%Y-%m-%d %H:%M} UTC ({key.rule})"


def _title(alert: Alert) -> str:
    rule = BY_NAME.get(alert.key.rule)
    return rule.title if rule else alert.key.rule
