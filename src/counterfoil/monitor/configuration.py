"""What an environment says of its alerts: limits of rules, channels, how often people are reminded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from counterfoil.monitor.rules import BY_NAME, Limits, Rule
from counterfoil.monitor.telling import REMIND
from counterfoil.ports.errors import ConfigurationError
from counterfoil.store.deployments import ENVIRONMENTS

HOLD_MINUTES_MAX = 24 * 60
REMIND_HOURS_MAX = 24 * 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """What one environment says; the rest is as the program has it."""

    channels: tuple[str, ...] = ()
    remind: timedelta = REMIND
    limits: Mapping[str, Limits] = field(default_factory=dict)
    """By rule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a person changes of a rule; None leaves it."""

    raise_at: int | None = None
    clear_at: int | None = None
    hold_minutes: int | None = None
    enabled: bool | None = None


def find_rule(name: str) -> Rule:
    """The rule of that name.

    Raises:
        ConfigurationError: there is none.
    """
    if name not in BY_NAME:
        raise ConfigurationError(f"there is no rule {name}; there are: {', '.join(BY_NAME)}")
    return BY_NAME[name]


def changed(rule: Rule, now: Limits, change: Change) -> Limits:
    """The limits with what a person changes.

    Raises:
        ConfigurationError: they would be the wrong way round for the rule, or one is out of bounds.
    """
    hold = now.hold if change.hold_minutes is None else timedelta(minutes=change.hold_minutes)
    limits = replace(
        now,
        raise_at=now.raise_at if change.raise_at is None else change.raise_at,
        clear_at=now.clear_at if change.clear_at is None else change.clear_at,
        hold=hold,
        enabled=now.enabled if change.enabled is None else change.enabled,
    )
    few_is_bad = rule.limits.raise_at < rule.limits.clear_at
    if limits.raise_at == limits.clear_at or (limits.raise_at < limits.clear_at) != few_is_bad:
        order = "below" if few_is_bad else "above"
        raise ConfigurationError(
            f"{rule.name} ({rule.measure}) is raised {order} where it is good again:"
            f" in --at BAD GOOD, BAD must lie {order} GOOD"
        )
    if not timedelta(0) <= limits.hold <= timedelta(minutes=HOLD_MINUTES_MAX):
        raise ConfigurationError(f"--hold-minutes is at most {HOLD_MINUTES_MAX}")
    return limits


def limits_of(environments: Mapping[str, Environment], rule: Rule, environment: str) -> Limits:
    """As the environment says, else as the program has it.

    What concerns all environments goes by the one nearest to production that says something.
    """
    for name in (environment,) if environment else reversed(ENVIRONMENTS):
        said = environments.get(name, Environment()).limits
        if rule.name in said:
            return said[rule.name]
    return rule.limits
