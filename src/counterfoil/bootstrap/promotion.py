"""Flows go from environment to environment: planned, looked at, carried out, taken back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from counterfoil.bootstrap.bindings import binding_faults
from counterfoil.bootstrap.entered import require_no_card
from counterfoil.bootstrap.flow_files import find_environment, require_sound, tests_in
from counterfoil.bootstrap.flow_needs import failing_tests, need_faults, sound_faults
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.flows.definition import parse_flow
from counterfoil.flows.diff import diff_flows
from counterfoil.flows.environment import Declared, Environment
from counterfoil.flows.linking import linked_flows
from counterfoil.ports.errors import ConfigurationError
from counterfoil.store.deployment_requests import DeploymentRequests, Request
from counterfoil.store.deployments import ENVIRONMENTS, Change, Order, Tests
from counterfoil.store.errors import DeploymentRefusedError
from counterfoil.store.repository import FlowRepository

QA, PRODUCTION = "qa", "production"
VERSION_SHOWN = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What is to be live: the texts of flows, and where they come from."""

    texts: Mapping[str, str]
    commit: str
    message: str
    environments: Mapping[str, Environment] = field(default_factory=dict)
    """What the environments count on, where their files came along."""
    tests: Tests = field(default_factory=dict)
    """The flows' own tests."""
    are_tested: bool = False
    """Whether the tests were run just now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a deployment would change, and why it may not be carried out."""

    environment: str
    source: Source
    changes: Sequence[Change]
    """All flows of the environment, also those that stay."""
    lines: Sequence[str]
    """Each difference in what it means."""
    faults: Sequence[str]
    untried: Sequence[str]
    """Flows whose version was never live in QA, where that counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a deployment: an entry of the log, or a request that waits for a second person."""

    entry: int | None = None
    request: int | None = None


def from_repository(repository: FlowRepository, revision: str) -> Source:
    """The flows of a commit.

    Raises:
        RepositoryError: there is no such commit.
        UnsoundFilesError: one of its files cannot be used, or seems to hold a secret.
    """
    commit = repository.resolve(revision)
    files = repository.files_at(commit)
    require_sound(files)
    found = ((name, find_environment(files, name)) for name in ENVIRONMENTS)
    return Source(
        texts=linked_flows(files),
        commit=commit,
        message=repository.find(commit).message,
        environments={name: environment for name, environment in found if environment is not None},
        tests=tests_in(files),
        are_tested=True,
    )


def from_environment(workspace: Workspace, environment: str) -> Source:
    """The flows that are live in an environment, exactly."""
    require_environment(environment)
    live = workspace.deployments.live(environment)
    texts = workspace.deployments.texts(live.values())
    tests = workspace.deployments.tests(live.values())
    newest = next((entry.order for entry in workspace.deployments.log(environment, newest=1)), None)
    return Source(
        texts={name: texts[version] for name, version in live.items()},
        commit=newest.commit if newest else "",
        message=newest.message if newest else "",
        tests={name: tests[version] for name, version in live.items() if version in tests},
    )


def counting_on(source: Source, environment: str, repository: FlowRepository) -> Source:
    """The source with what the environment's file, as last saved, counts on."""
    head = repository.head()
    found = find_environment(repository.files_at(head), environment) if head else None
    return replace(source, environments={environment: found} if found else {})


def make_plan(workspace: Workspace, environment: str, source: Source) -> Plan:
    """What would change if the source's flows, and only those, were live in the environment."""
    require_environment(environment)
    live = workspace.deployments.live(environment)
    wanted = {name: parse_flow(text).version for name, text in source.texts.items()}
    changes = [
        Change(flow=name, before=live.get(name), after=wanted.get(name)) for name in sorted({*live, *wanted})
    ]
    before = workspace.deployments.texts(change.before for change in changes if change.before)
    return Plan(
        environment=environment,
        source=source,
        changes=changes,
        lines=list(
            tell_changes(changes, before | {wanted[name]: text for name, text in source.texts.items()})
        ),
        faults=list(_faults(workspace, environment, source)),
        untried=[*_untried(workspace, changes)] if environment == PRODUCTION else [],
    )


def deploy(workspace: Workspace, plan: Plan, *, by: str, forced_because: str = "") -> Outcome:
    """Carries a plan out; for production it asks for a second person instead.

    Raises:
        DeploymentRefusedError: it may not be carried out, or something else is live by now.
    """
    faults, reason = list(plan.faults), forced_because.strip()
    if plan.untried and not reason:
        faults.append(
            f"never live in {QA}: {', '.join(plan.untried)}; deploy to {QA} first, or force it with a reason"
        )
    if faults:
        raise DeploymentRefusedError("\n".join(faults))
    order = Order(
        environment=plan.environment,
        kind="deploy",
        changes=plan.changes,
        by=require_person(by),
        commit=plan.source.commit,
        message=plan.source.message,
        reason=reason,
    )
    if not order.moves:
        return Outcome()
    texts = [plan.source.texts[change.flow] for change in order.moves if change.after]
    tests = plan.source.tests
    if plan.environment == PRODUCTION:
        return Outcome(request=_requests(workspace).ask(order, texts, tests))
    return Outcome(entry=workspace.deployments.carry_out(order, texts, tests))


def open_requests(workspace: Workspace) -> list[tuple[Request, list[str]]]:
    """What waits for a second person, each with what it would change."""
    found = []
    for request in _requests(workspace).open():
        changes = request.order.changes
        texts = workspace.deployments.texts(_versions(changes))
        found.append((request, list(tell_changes(changes, texts))))
    return found


def approve(workspace: Workspace, request: int, *, by: str) -> int:
    """Carries out what somebody else asked for; gives the log's entry.

    Raises:
        DeploymentRefusedError: it may not be carried out, it is the same person, or it is not open.
    """
    requests = _requests(workspace)
    order = requests.find(request).order
    _require_carriable(workspace, order)
    return requests.approve(request, by=require_person(by))


def refuse(workspace: Workspace, request: int, *, by: str) -> None:
    """Closes a request; nothing is deployed."""
    _requests(workspace).refuse(request, by=require_person(by))


def roll_back(workspace: Workspace, environment: str, *, by: str, reason: str) -> Order:
    """Makes live again what was live before the newest entry that was not undone yet.

    Raises:
        DeploymentRefusedError: there is nothing before it, or it may not be carried out.
    """
    require_environment(environment)
    if not reason.strip():
        raise ConfigurationError("say why it is taken back")
    entry = workspace.deployments.find_undoable(environment)
    left = set(workspace.deployments.live(environment)) - _added(entry.order if entry else None)
    if entry is None or not (left or any(change.before for change in entry.order.changes)):
        raise DeploymentRefusedError(
            f"nothing was live in {environment} before: there is nothing to go back to"
        )
    changes = [replace(each, before=each.after, after=each.before) for each in entry.order.changes]
    order = Order(
        environment=environment,
        kind="rollback",
        changes=changes,
        by=require_person(by),
        commit=_commit_before(workspace, environment, entry.id),
        message=f"takes back {entry.id}",
        reason=reason,
        undoes=entry.id,
    )
    _require_carriable(workspace, order)
    workspace.deployments.carry_out(order)
    return order


def tell_changes(changes: Sequence[Change], texts: Mapping[str, str]) -> Iterator[str]:
    """One line for each difference that changes make, in what it means."""
    for change in changes:
        if change.before is None or change.after is None:
            version = (change.after or change.before or "")[:VERSION_SHOWN]
            told = "live" if change.before is None else "no longer live"
            yield f"{change.flow}: {told} (version {version})"
            continue
        before, after = (parse_flow(texts[version]) for version in (change.before, change.after))
        yield from (f"{change.flow}: {line}" for line in diff_flows(before, after))


def require_environment(name: str) -> None:
    if name not in ENVIRONMENTS:
        raise ConfigurationError(f"an environment is one of {', '.join(ENVIRONMENTS)}")


def require_person(name: str) -> str:
    """The name of who does it, on one line."""
    person = " ".join(name.split())
    if not person or not person.isprintable():
        raise ConfigurationError("say who does it")
    require_no_card(person=person)
    return person


def _requests(workspace: Workspace) -> DeploymentRequests:
    return DeploymentRequests(workspace.database, workspace.clock)


def _versions(changes: Sequence[Change]) -> set[str]:
    return {version for change in changes for version in (change.before, change.after) if version}


def _added(order: Order | None) -> set[str]:
    return {change.flow for change in order.changes if change.before is None} if order else set()


def _commit_before(workspace: Workspace, environment: str, entry: int) -> str:
    older = (each for each in workspace.deployments.log(environment) if each.id < entry)
    return next((each.order.commit for each in older), "")


def _require_carriable(workspace: Workspace, order: Order) -> None:
    """Stored versions are looked at again: the program or the environment may have changed since."""
    after = workspace.deployments.live(order.environment) | {
        change.flow: change.after for change in order.changes
    }
    versions = {flow: version for flow, version in after.items() if version}
    texts = workspace.deployments.texts(versions.values())
    tests = workspace.deployments.tests(versions.values())
    source = Source(
        texts={flow: texts[version] for flow, version in versions.items()},
        commit="",
        message="",
        tests={flow: tests[version] for flow, version in versions.items() if version in tests},
    )
    faults = list(_source_faults(workspace, order.environment, source))
    if faults:
        raise DeploymentRefusedError("\n".join(faults))


def _faults(workspace: Workspace, environment: str, source: Source) -> Iterator[str]:
    if not source.texts:
        yield "no flow would be live any more: payments would only be stored"
    yield from _source_faults(workspace, environment, source)


def _source_faults(workspace: Workspace, environment: str, source: Source) -> Iterator[str]:
    unsound = list(sound_faults(source.texts))
    yield from unsound
    yield from _connection_faults(workspace, environment, source.environments.get(environment))
    yield from need_faults(workspace, environment, source.texts)
    if not source.are_tested and not unsound:
        yield from failing_tests(source.texts, source.tests)


def _connection_faults(workspace: Workspace, environment: str, wanted: Environment | None) -> Iterator[str]:
    rows = workspace.connections.all(environment)
    yield from binding_faults(rows).values()
    known = {row.name: row for row in rows}
    for name, declared in wanted.connections.items() if wanted else ():
        row = known.get(name)
        if row is None:
            yield f"{environment} has no connection {name}, which environments/{environment}.yaml counts on"
            continue
        found = Declared(kind=row.kind, company=row.company, mode=row.mode)
        if found != declared:
            yield f"connection {name} in {environment} is {_told(found)}; its file says {_told(declared)}"


def _told(declared: Declared) -> str:
    return f"{declared.kind}, company {declared.company}, {declared.mode}"


def _untried(workspace: Workspace, changes: Sequence[Change]) -> Iterator[str]:
    for change in changes:
        is_new = change.after != change.before
        if is_new and change.after and not workspace.deployments.has_been_live(QA, change.after):
            yield change.flow
