"""Judges alerts and tells people, in one hub at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

import structlog

from counterfoil.monitor.alerts import Alert, Key, Phase, differences, judge
from counterfoil.monitor.configuration import Environment, limits_of
from counterfoil.monitor.rows import alert_of, environments_of, row_of, silence_of
from counterfoil.monitor.snapshot import Snapshot
from counterfoil.monitor.telling import News, news, render_text, render_title, told
from counterfoil.ports.clock import Clock
from counterfoil.ports.errors import CounterfoilError
from counterfoil.ports.notifier import Notice, Notifier
from counterfoil.store.alerts import AlertStore
from counterfoil.store.database import Database
from counterfoil.store.deployments import ENVIRONMENTS

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

KEPT = timedelta(days=30)
"""For how long an alert that is over is shown."""


class Watchman:
    """Looks at what was seen last, changes the alerts, and sends what people are to be told."""

    def __init__(self, database: Database, clock: Clock, notifier: Notifier) -> None:
        self._store = AlertStore(database, clock)
        self._notifier = notifier
        self._clock = clock

    def turn(self, snapshot: Snapshot) -> list[Alert]:
        """One judgement, and the alerts as they stand; while another hub is at it, only the latter.

        Raises:
            CounterfoilError: the database does not answer.
        """
        with self._store.turn() as mine:
            if mine:
                self._judge(snapshot)
                self._tell()
        return [alert_of(row) for row in self._store.all()]

    def _judge(self, snapshot: Snapshot) -> None:
        environments = environments_of(self._store.settings())
        before = [alert_of(row) for row in self._store.all()]
        after = judge(snapshot, before, lambda rule, name: limits_of(environments, rule, name))
        after = [alert for alert in after if not self._is_old(alert)]
        changed, gone = differences(before, after)
        for alert in changed:
            _note(alert, before)
        self._store.put([row_of(alert) for alert in changed])
        self._store.forget((key.environment, key.rule, key.subject) for key in gone)

    def _is_old(self, alert: Alert) -> bool:
        return alert.resolved_at is not None and self._clock.now() - alert.resolved_at > KEPT

    def _tell(self) -> None:
        """Each environment's news as one notice; what no channel took is told at the next turn."""
        environments = environments_of(self._store.settings())
        alerts = [alert_of(row) for row in self._store.all()]
        silences = [silence_of(row) for row in self._store.silences()]
        now = self._clock.now()
        for name in dict.fromkeys(alert.key.environment for alert in alerts):
            where, said = addressees(environments, name)
            ours = [alert for alert in alerts if alert.key.environment == name]
            group = news(ours, silences, now, said.remind)
            if group and self._send(where, said.channels, group, name):
                self._store.put([row_of(told(one, now)) for one in group])

    def _send(self, where: str, channels: Sequence[str], group: Sequence[News], name: str) -> bool:
        """Whether at least one channel took the notice."""
        taken = 0
        for channel in channels:
            notice = Notice(channel=channel, title=render_title(group, name), text=render_text(group))
            try:
                self._notifier.send(where, notice)
                taken += 1
            except CounterfoilError as error:
                log.warning("alerts_not_sent", environment=where, channel=channel, error=str(error))
        return taken > 0


def addressees(environments: Mapping[str, Environment], name: str) -> tuple[str, Environment]:
    """Whose channels are told of an environment's alerts.

    What concerns all is told to the environment nearest to production that has channels.
    """
    if name:
        return name, environments.get(name, Environment())
    for candidate in reversed(ENVIRONMENTS):
        said = environments.get(candidate, Environment())
        if said.channels:
            return candidate, said
    return name, Environment()


def _note(alert: Alert, before: Sequence[Alert]) -> None:
    """The log tells of changes of phase."""
    former: dict[Key, Phase] = {one.key: one.phase for one in before}
    if former.get(alert.key) is alert.phase:
        return
    where: dict[str, object] = {
        "environment": alert.key.environment,
        "subject": alert.key.subject,
        "value": alert.value,
    }
    match alert.phase:
        case Phase.RAISED:
            log.warning("alert_raised", rule=alert.key.rule, **where)
        case Phase.RESOLVED:
            log.info("alert_resolved", rule=alert.key.rule, **where)
        case Phase.PENDING:
            log.info("alert_pending", rule=alert.key.rule, **where)
