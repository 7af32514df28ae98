"""Which shipped flows become live by themselves.

No event may start two flows that both bring it into the books or ask a person to: that would double it, and
a deployment in which one could is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from counterfoil.bootstrap.promotion import Outcome, Source, deploy, from_environment, make_plan
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.domain.dispute import DisputeStage
from counterfoil.domain.payment import PaymentKind, PaymentStatus
from counterfoil.flows.definition import parse_flow, starts
from counterfoil.flows.library import (
    DISPUTE_TO_BOOKS,
    DUE_INVOICES,
    INVOICE_DUE_CHARGED,
    PAYMENT_TO_RECEIPT,
    REFUND_TO_BOOKS,
    SHIPPED,
    library_tests,
    read_library_flow,
)
from counterfoil.flows.paths import flow_test_path
from counterfoil.flows.triggers.trigger import Trigger
from counterfoil.ports.errors import ConfigurationError
from counterfoil.store.deployments import ENVIRONMENTS, Deployments, Tests

_PAYMENTS, _REFUNDS = (
    tuple(f"{kind.value}.{status.value}" for status in PaymentStatus)
    for kind in (PaymentKind.PAYMENT, PaymentKind.REFUND)
)

_DISPUTES = tuple(f"chargeback.{stage.value}" for stage in DisputeStage)

_TOGETHER: Mapping[str, Sequence[str]] = {
    # An earlier payment_to_receipt also asks a person about refunds, and this one leaves them to the other.
    PAYMENT_TO_RECEIPT: (PAYMENT_TO_RECEIPT, REFUND_TO_BOOKS),
    REFUND_TO_BOOKS: (PAYMENT_TO_RECEIPT, REFUND_TO_BOOKS),
    # What is told and not worked on is not told again under the same name.
    DUE_INVOICES: (DUE_INVOICES, INVOICE_DUE_CHARGED),
}
_REPLACED: Mapping[str, Sequence[str]] = {
    # It only showed each stage to a person; it goes on where it is live, until somebody uses the other.
    DISPUTE_TO_BOOKS: ("dispute_to_clerk",),
}


def deploy_for_gateway(deployments: Deployments, environment: str) -> None:
    """Makes the flows for payments and refunds live where nothing works on them yet."""
    live = deployments.live_triggers(environment)
    wanted = [] if _is_any_started(live, _PAYMENTS) else [PAYMENT_TO_RECEIPT]
    if not _is_any_started(live, _REFUNDS):
        wanted.append(REFUND_TO_BOOKS)
    if wanted:
        texts = [read_library_flow(name) for name in wanted]
        deployments.deploy_together(environment, texts, _tests_of(wanted))


def deploy_for_disputes(deployments: Deployments, environment: str) -> None:
    """Makes the flow for disputes live where nothing works on them yet."""
    if not _is_any_started(deployments.live_triggers(environment), _DISPUTES):
        wanted = [DISPUTE_TO_BOOKS]
        deployments.deploy_together(environment, list(map(read_library_flow, wanted)), _tests_of(wanted))


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipped:
    """A flow that ships, and where it is live."""

    name: str
    title: str
    trigger: Trigger
    live: Mapping[str, bool]
    """By environment: whether the version is the one that ships now."""


def shipped_flows(deployments: Deployments) -> list[Shipped]:
    return [_shipped(deployments, name) for name in SHIPPED]


def _shipped(deployments: Deployments, name: str) -> Shipped:
    flow = parse_flow(read_library_flow(name))
    versions = {each: deployments.find_live(each, name) for each in ENVIRONMENTS}
    live = {each: version == flow.version for each, version in versions.items() if version is not None}
    return Shipped(name=name, title=flow.title, trigger=flow.trigger, live=live)


def use_shipped(workspace: Workspace, flow: str, environment: str, *, by: str) -> Outcome:
    """Makes a shipped flow live with those that belong to it, beside what else is live, as any deployment.

    An earlier flow whose place it takes is live no longer.

    Raises:
        ConfigurationError: there is no such flow or environment.
        DeploymentRefusedError: it may not be carried out, as with any deployment.
    """
    if flow not in SHIPPED:
        raise ConfigurationError(f"there is no shipped flow {flow}; there is: {', '.join(SHIPPED)}")
    live = from_environment(workspace, environment)
    shipped = {name: read_library_flow(name) for name in _TOGETHER.get(flow, (flow,))}
    standing = {name: text for name, text in live.texts.items() if name not in _REPLACED.get(flow, ())}
    source = Source(
        texts={**standing, **shipped},
        commit="",
        message=f"{flow} as it ships",
        tests={**live.tests, **_tests_of(shipped)},
    )
    return deploy(workspace, make_plan(workspace, environment, source), by=by)


def _tests_of(names: Iterable[str]) -> Tests:
    """The tests that ship with flows, under their paths in a workspace."""
    return {
        flow: {flow_test_path(flow, name): text for name, text in library_tests(flow).items()}
        for flow in names
    }


def _is_any_started(live: Mapping[str, str], kinds: Sequence[str]) -> bool:
    return any(starts(trigger, kind) for trigger in live.values() for kind in kinds)
