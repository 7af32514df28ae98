"""One flow test from its texts to what is to be told of it."""

from __future__ import annotations

from dataclasses import dataclass

from counterfoil.flows.definition import Flow
from counterfoil.flows.errors import Finding, FlowError
from counterfoil.flows.secret_words import find_secrets
from counterfoil.flows.validate import read_flow
from counterfoil.runtime.catalogue import shipped_catalogue
from counterfoil.runtime.flow_testing.case import Case, parse_case
from counterfoil.runtime.flow_testing.comparing import differences
from counterfoil.runtime.flow_testing.fitting import misfits
from counterfoil.runtime.flow_testing.trying import try_case


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """What came of a flow test: it passed where nothing is found."""

    title: str
    findings: tuple[Finding, ...]


def run_test(flow_text: str, text: str) -> Tested:
    """Runs a test.

    Raises:
        FlowError: the flow is not sound, or the test is none; says the line.
    """
    return run_case(read_flow(flow_text, shipped_catalogue()), flow_text, read_case(text))


def read_case(text: str) -> Case:
    """A flow test that holds no secret.

    Raises:
        FlowError: it is none, or seems to hold a secret.
    """
    secrets = tuple(find_secrets(text))
    if secrets:
        raise FlowError(*secrets)
    return parse_case(text)


def run_case(flow: Flow, flow_text: str, case: Case) -> Tested:
    """Carries the test's events through a flow that is sound."""
    found = misfits(flow, case, shipped_catalogue())
    if not found:
        trails = try_case(flow, flow_text, case)
        for event, trail in zip(case.events, trails, strict=True):
            found += differences(event.expected, trail)
    return Tested(title=case.title, findings=tuple(sorted(found)))
