"""`counterfoil flows validate` and `counterfoil flows schema`: flows before anything runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from counterfoil.cli.flows import testing
from counterfoil.cli.flows.files import read_whole_flow
from counterfoil.cli.foxpro.telling import CANNOT, FINDINGS, AsJson, say, say_document, say_error, shown
from counterfoil.flows.errors import Finding, FlowError
from counterfoil.flows.paths import Part
from counterfoil.flows.schema import flow_schema
from counterfoil.flows.validate import read_flow
from counterfoil.ports.errors import ConfigurationError
from counterfoil.runtime.catalogue import shipped_catalogue
from counterfoil.runtime.flow_testing.case_schema import case_schema

_VERSION_SHOWN = 12

Paths = Annotated[
    list[Path], typer.Argument(help="Flows (YAML), folders with all their flows, or a workspace.")
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What is to be told of one file."""

    path: Path
    flow: str = ""
    title: str = ""
    version: str = ""
    findings: tuple[Finding, ...] = ()
    trouble: str = ""
    """Why the file could not be looked at."""

    @property
    def document(self) -> dict[str, Any]:
        if self.trouble:
            return {"path": str(self.path), "error": shown(self.trouble)}
        found = [{"line": each.line, "text": shown(each.text)} for each in self.findings]
        return {
            "path": str(self.path),
            "flow": self.flow,
            "title": self.title,
            "version": self.version,
            "findings": found,
        }


def validate(paths: Paths, *, as_json: AsJson = False) -> None:
    """Says whether flows may run, and of each that may not everything to mend, with its line.

    The flow tests of a workspace are run too. Exit code 1 where something is to be mended, 2 where a
    file cannot be read.
    """
    checked = [_check(path) for path in _files(paths)]
    tried = testing.try_all(path / Part.TESTS.value for path in paths if _is_workspace(path))
    if as_json:
        documents = {"flows": [each.document for each in checked]}
        say_document(documents | ({"tests": [each.document for each in tried]} if tried else {}))
    else:
        for each in checked:
            _tell(each)
        for one in tried:
            testing.tell(one)
    if any([*(each.trouble for each in checked), *(each.trouble for each in tried)]):
        raise typer.Exit(CANNOT)
    if any([*(each.findings for each in checked), *(each.findings for each in tried)]):
        raise typer.Exit(FINDINGS)


def schema(
    *,
    of_tests: Annotated[bool, typer.Option("--tests", help="The schema of flow tests instead.")] = False,
) -> None:
    """Prints the JSON Schema of flows or flow tests, for editors that complete and check while one types."""
    say_document(case_schema() if of_tests else flow_schema(shipped_catalogue()))


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    """A folder without any flow is told too: nothing would have been checked."""
    for path in (each / Part.FLOWS.value if _is_workspace(each) else each for each in paths):
        if path.is_dir():
            yield from sorted((*path.glob("*.yaml"), *path.glob("*.yml"))) or (path,)
        else:
            yield path


def _is_workspace(path: Path) -> bool:
    return (path / Part.FLOWS.value).is_dir()


def _check(path: Path) -> Checked:
    try:
        if path.is_dir():
            return Checked(path=path, trouble="no flow (*.yaml) lies in this folder")
        flow = read_flow(read_whole_flow(path), shipped_catalogue())
    except FlowError as error:
        return Checked(path=path, findings=error.findings)
    except (ConfigurationError, OSError) as error:
        return Checked(path=path, trouble=str(error))
    return Checked(path=path, flow=flow.name, title=flow.title, version=flow.version)


def _tell(checked: Checked) -> None:
    """`path:line: what`, as editors jump to it."""
    name = shown(str(checked.path))
    if checked.trouble:
        say_error(f"{name}: {checked.trouble}")
    for each in checked.findings:
        say(f"{name}:{each.line}: {shown(each.text)}")
    if checked.version:
        say(f"{name}: {checked.flow} may run: {checked.title} (version {checked.version[:_VERSION_SHOWN]})")
