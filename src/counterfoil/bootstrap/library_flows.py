"""Which shipped flows become live by themselves.

No event may start two flows that both bring it into the books or ask a person to: that would double it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from counterfoil.domain.payment import PaymentKind, PaymentStatus
from counterfoil.flows.definition import parse_flow, starts
from counterfoil.flows.library import (
    PAYMENT_TO_RECEIPT,
    REFUND_TO_BOOKS,
    SHIPPED,
    read_library_flow,
)
from counterfoil.ports.errors import ConfigurationError
from counterfoil.store.deployment_requests import same_person
from counterfoil.store.deployments import ENVIRONMENTS, THE_PROGRAM, Deployments, Together

_REFUNDS = tuple(f"{PaymentKind.REFUND.value}.{status.value}" for status in PaymentStatus)

PRODUCTION = "production"

_TOGETHER: Mapping[str, Sequence[str]] = {
    # An earlier payment_to_receipt also asks a person about refunds, and this one leaves them to the other.
    PAYMENT_TO_RECEIPT: (PAYMENT_TO_RECEIPT, REFUND_TO_BOOKS),
    REFUND_TO_BOOKS: (PAYMENT_TO_RECEIPT, REFUND_TO_BOOKS),
}


def deploy_for_gateway(deployments: Deployments, environment: str) -> None:
    """Makes the flows for payments and refunds live where nothing works on them yet."""
    live = deployments.live_triggers(environment)
    wanted = [] if PAYMENT_TO_RECEIPT in live else [PAYMENT_TO_RECEIPT]
    if not _is_any_started(live, _REFUNDS):
        wanted.append(REFUND_TO_BOOKS)
    if wanted:
        texts = [read_library_flow(name) for name in wanted]
        deployments.deploy_together(Together(environment=environment, texts=texts))


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipped:
    """A flow that ships, and where it is live."""

    name: str
    title: str
    event: str
    live: Mapping[str, bool]
    """By environment: whether the version is the one that ships now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A shipped flow that somebody wants live."""

    flow: str
    environment: str
    by: str = THE_PROGRAM
    approver: str = ""
    """A second person, whom production wants."""


def shipped_flows(deployments: Deployments) -> list[Shipped]:
    return [_shipped(deployments, name) for name in SHIPPED]


def _shipped(deployments: Deployments, name: str) -> Shipped:
    flow = parse_flow(read_library_flow(name))
    versions = {each: deployments.find_live(each, name) for each in ENVIRONMENTS}
    live = {each: version == flow.version for each, version in versions.items() if version is not None}
    return Shipped(name=name, title=flow.title, event=flow.event, live=live)


def use_shipped(deployments: Deployments, wish: Wish) -> Sequence[str]:
    """Makes a shipped flow live, with those that belong to it; gives the names of all.

    Raises:
        ConfigurationError: there is no such flow or environment, or production lacks a second person.
    """
    _require_sound(wish)
    name, environment = wish.flow, wish.environment
    names = _TOGETHER.get(name, (name,))
    deployments.deploy_together(
        Together(
            environment=environment,
            texts=[read_library_flow(each) for each in names],
            kind="deploy",
            by=wish.by,
            approver=wish.approver or None,
        )
    )
    return names


def _require_sound(wish: Wish) -> None:
    if wish.flow not in SHIPPED:
        raise ConfigurationError(f"there is no shipped flow {wish.flow}; there is: {', '.join(SHIPPED)}")
    if wish.environment not in ENVIRONMENTS:
        raise ConfigurationError(f"an environment is one of {', '.join(ENVIRONMENTS)}")
    if not wish.by.strip():
        raise ConfigurationError("say who makes it live")
    is_alone = not wish.approver.strip() or same_person(wish.by, wish.approver)
    if wish.environment == PRODUCTION and is_alone:
        raise ConfigurationError("in production a second person approves what becomes live: name both")


def _is_any_started(live: Mapping[str, str], kinds: Sequence[str]) -> bool:
    return any(starts(trigger, kind) for trigger in live.values() for kind in kinds)
