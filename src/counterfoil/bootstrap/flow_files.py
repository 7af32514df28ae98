"""The files of a workspace of flows: what a new one starts with, and what must hold before it is saved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from counterfoil.flows.definition import parse_flow
from counterfoil.flows.environment import Environment, read_environment
from counterfoil.flows.errors import FlowError, nearest, quoted
from counterfoil.flows.library import SHIPPED, library_tests, read_library_flow
from counterfoil.flows.linking import link, linked_flows
from counterfoil.flows.mapping.library import MAPPINGS, TABLES, read_library_mapping, read_library_table
from counterfoil.flows.mapping.plan import read_mapping
from counterfoil.flows.mapping.tables import Table, parse_table
from counterfoil.flows.overlap import unlike_items
from counterfoil.flows.paths import README, Part, flow_test_path, name_in, part_of, path_of, tested_by
from counterfoil.flows.secret_words import find_secrets
from counterfoil.flows.suggest.learned import read_learned
from counterfoil.flows.triggers.schedule import ScheduleTrigger
from counterfoil.flows.validate import read_flow
from counterfoil.ports.errors import ConfigurationError
from counterfoil.runtime.catalogue import shipped_catalogue
from counterfoil.runtime.flow_testing.running import read_case, run_case
from counterfoil.store.deployments import ENVIRONMENTS

_README = """# Flows

- `flows/` what happens to each event; `mappings/` and `tables/` what its fields become
- `tests/` events and what is expected of them, `tests/<flow>/<name>.yaml`: `counterfoil flows test`
- `environments/` the connections that each environment counts on; secrets stay sealed in the hub

Change a file, look with `counterfoil flows diff`, keep it with `counterfoil flows save`, and bring it to an
environment with `counterfoil flows deploy`.
"""
_ENVIRONMENT = """# The hub's connections that flows in {name} count on; without them nothing is deployed.
# One line each, such as   PayTrace: {{kind: paytrace, company: "01", mode: test}}
# No secrets: the hub keeps them sealed.
environment: {name}
connections: {{}}
"""


class UnsoundFilesError(ConfigurationError):
    """Files that may neither be saved nor deployed; tells everything to mend."""


def starting_files() -> dict[str, str]:
    """The flows, mappings and tables that ship, and environments that count on nothing yet.

    A flow that starts by the clock is not among them: whoever wants it adds it.
    """
    files = {README: _README}
    for name in SHIPPED:
        if not isinstance(parse_flow(read_library_flow(name)).trigger, ScheduleTrigger):
            files |= shipped_files(name)
    files |= {path_of(Part.MAPPINGS, name): read_library_mapping(name) for name in MAPPINGS}
    files |= {path_of(Part.TABLES, name): read_library_table(name) for name in TABLES}
    return files | {path_of(Part.ENVIRONMENTS, name): _ENVIRONMENT.format(name=name) for name in ENVIRONMENTS}


def shipped_files(flow: str) -> dict[str, str]:
    """A shipped flow and its tests, as files of a workspace.

    Raises:
        ConfigurationError: no such flow ships.
    """
    if flow not in SHIPPED:
        raise ConfigurationError(f"there is no shipped flow {quoted(flow)}{nearest(flow, SHIPPED)}")
    tests = {flow_test_path(flow, name): text for name, text in library_tests(flow).items()}
    return {path_of(Part.FLOWS, flow): read_library_flow(flow)} | tests


def require_sound(files: Mapping[str, str]) -> None:
    """Looks at every file, then runs the flow tests.

    Raises:
        UnsoundFilesError: one of them cannot be used, seems to hold a secret, or is a test that fails.
    """
    faults = [fault for path in sorted(files) for fault in _faults(path, files)]
    faults = faults or list(_failures(files))
    if faults:
        raise UnsoundFilesError("\n".join(faults))


def find_environment(files: Mapping[str, str], name: str) -> Environment | None:
    """An environment as its file says; None where there is no file."""
    text = files.get(path_of(Part.ENVIRONMENTS, name))
    return None if text is None else read_environment(text)


def _faults(path: str, files: Mapping[str, str]) -> Iterator[str]:
    text = files[path]
    if part_of(path) is not Part.FLOWS:  # a flow's own check looks for secrets
        yield from (f"{path}, {finding}" for finding in find_secrets(text))
    try:
        _read(path, files)
    except FlowError as error:
        yield from (f"{path}, {finding}" for finding in error.findings)
    except ConfigurationError as error:
        yield f"{path}: {error}"


def _failures(files: Mapping[str, str]) -> Iterator[str]:
    """What flows say otherwise of one another, and what the flow tests find; others' tests say nothing."""
    tests, texts = tests_in(files), linked_flows(files)
    yield from unlike_items([parse_flow(text) for text in texts.values()])
    for name, text in texts.items():
        yield from failures(text, tests.get(name, {}))


def tests_in(files: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """The flow tests among files, by the name of the flow, each by its path."""
    found: dict[str, dict[str, str]] = {}
    for path in sorted(files):
        if flow := tested_by(path):
            found.setdefault(flow, {})[path] = files[path]
    return found


def failures(text: str, tests: Mapping[str, str]) -> Iterator[str]:
    """What tests find of a flow that is sound."""
    flow = read_flow(text, shipped_catalogue())
    for path, test in tests.items():
        try:
            tested = run_case(flow, text, read_case(test))
        except FlowError as error:
            yield from (f"{path}, {finding}" for finding in error.findings)
        else:
            yield from (f"{path}, {finding} (the flow test fails)" for finding in tested.findings)


def _read(path: str, files: Mapping[str, str]) -> None:
    name = name_in(path)
    match part_of(path):
        case Part.FLOWS:
            _require_name(read_flow(link(files[path], files), shipped_catalogue()).name, name)
        case Part.MAPPINGS:
            tables = tuple(name_in(each) for each in files if part_of(each) is Part.TABLES)
            _require_name(read_mapping(files[path], lambda table: _table(table, files), tables).name, name)
        case Part.TABLES:
            parse_table(name, files[path])
        case Part.ENVIRONMENTS:
            _require_name(read_environment(files[path]).name, name)
        case Part.SUGGESTIONS:
            read_learned(files[path])
        case Part.TESTS | None:
            pass


def _table(name: str, files: Mapping[str, str]) -> Table | None:
    text = files.get(path_of(Part.TABLES, name))
    return None if text is None else parse_table(name, text)


def _require_name(inside: str, file: str) -> None:
    if inside != file:
        raise ConfigurationError(f"it says {inside!r} inside: file and content have one name")
