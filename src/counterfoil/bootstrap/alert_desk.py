"""What people do with alerts: look, silence, change limits and channels, try."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from counterfoil.bootstrap.alerting import addressees
from counterfoil.bootstrap.channels import Channels, find_channel
from counterfoil.bootstrap.entered_lines import read_line
from counterfoil.bootstrap.monitoring import Around, look
from counterfoil.bootstrap.promotion import require_environment, require_person
from counterfoil.bootstrap.surroundings import agents
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.monitor.alerts import Alert, judge
from counterfoil.monitor.configuration import (
    REMIND_HOURS_MAX,
    Change,
    Environment,
    changed,
    find_rule,
    limits_of,
)
from counterfoil.monitor.rows import (
    alert_of,
    environments_of,
    limit_settings,
    silence_of,
    wide_settings,
)
from counterfoil.monitor.rules import Limits, Rule
from counterfoil.monitor.telling import News, Silence, news
from counterfoil.ports.errors import ConfigurationError, CounterfoilError
from counterfoil.ports.notifier import Notice
from counterfoil.store.alerts import WIDE, AlertStore, SilenceRow

SILENCE_MAX = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is to be silent, for how long and why; an empty subject stands for any."""

    rule: str
    subject: str = ""
    length: timedelta
    by: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What alerts would be now, and who would be told what."""

    alerts: Sequence[Alert]
    news: Sequence[tuple[str, Sequence[str], Sequence[News]]]
    """For each environment its channels and its news."""


class AlertDesk:
    """Over the hub's tables; the hub may run or not."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._store = AlertStore(workspace.database, workspace.clock)

    def alerts(self) -> list[Alert]:
        return [alert_of(row) for row in self._store.all()]

    def silences(self) -> list[Silence]:
        return [silence_of(row) for row in self._store.silences()]

    def environment(self, name: str) -> Environment:
        """What an environment says.

        Raises:
            ConfigurationError: there is no such environment.
        """
        require_environment(name)
        return self._environments().get(name, Environment())

    def silence(self, wish: Wish) -> Silence:
        """Lets nobody be told of some alerts for a while.

        Raises:
            ConfigurationError: no person or reason, no such rule, or for too long.
        """
        find_rule(wish.rule)
        if not timedelta(0) < wish.length <= SILENCE_MAX:
            raise ConfigurationError(f"a silence lasts at most {SILENCE_MAX.days} days")
        row = SilenceRow(
            id=self._workspace.ids.new_id()[:8],
            rule=wish.rule,
            subject=wish.subject,
            until=self._workspace.clock.now() + wish.length,
            by=require_person(wish.by),
            why=read_line("reason", wish.why),
        )
        self._store.silence(row)
        return silence_of(row)

    def end_silence(self, silence: str) -> None:
        """Raises ConfigurationError: there is none of that name, or it has ended."""
        if not self._store.end_silence(silence):
            raise ConfigurationError(f"there is no silence {silence}: see counterfoil alerts list")

    def set_limits(self, name: str, environment: str, change: Change) -> Limits:
        """Changes the limits of a rule in an environment.

        Raises:
            ConfigurationError: there is no such rule or environment, or the limits cannot be so.
        """
        rule, said = find_rule(name), self.environment(environment)
        limits = changed(rule, said.limits.get(name, rule.limits), change)
        self._store.set(environment, name, limit_settings(limits))
        return limits

    def set_channels(
        self, environment: str, channels: Sequence[str], remind_hours: int | None
    ) -> Environment:
        """Says where an environment's alerts go; the channels take the place of those before.

        Raises:
            ConfigurationError: there is no such channel or environment, or the hours are out of bounds.
        """
        said = self.environment(environment)
        for channel in channels:
            find_channel(self._workspace, channel, environment)
        hours = said.remind // timedelta(hours=1) if remind_hours is None else remind_hours
        if not 1 <= hours <= REMIND_HOURS_MAX:
            raise ConfigurationError(f"people are reminded after 1 to {REMIND_HOURS_MAX} hours")
        said = replace(said, channels=tuple(dict.fromkeys(channels)), remind=timedelta(hours=hours))
        self._store.set(environment, WIDE, wide_settings(said))
        return said

    def limits(self, rule: Rule, environment: str) -> Limits:
        return limits_of(self._environments(), rule, environment)

    def test(self, environment: str) -> list[tuple[str, str]]:
        """Sends a notice through each of an environment's channels; how each ended.

        Raises:
            ConfigurationError: it has no channel.
        """
        said = self.environment(environment)
        if not said.channels:
            raise ConfigurationError(
                f"{environment} tells nobody of its alerts: counterfoil alerts channels NAME"
                f" --environment {environment}"
            )
        return [(channel, self._try(environment, channel)) for channel in said.channels]

    def _try(self, environment: str, channel: str) -> str:
        text = f"Alerts of {environment} come through this channel. Nothing is wrong."
        try:
            Channels(self._workspace).send(
                environment, Notice(channel=channel, title="Counterfoil: a test alert", text=text)
            )
        except CounterfoilError as error:
            return str(error)
        return "took it"

    def dry_run(self) -> Trial:
        """Judges how everything stands now, and writes and sends nothing."""
        environments = self._environments()
        snapshot = look(self._workspace, Around(agents=agents(self._workspace)))
        alerts = judge(snapshot, self.alerts(), lambda rule, name: limits_of(environments, rule, name))
        found = []
        for name in dict.fromkeys(alert.key.environment for alert in alerts):
            _, said = addressees(environments, name)
            ours = [alert for alert in alerts if alert.key.environment == name]
            group = news(ours, self.silences(), snapshot.at, said.remind)
            if group:
                found.append((name, said.channels, group))
        return Trial(alerts=alerts, news=found)

    def _environments(self) -> dict[str, Environment]:
        return environments_of(self._store.settings())
