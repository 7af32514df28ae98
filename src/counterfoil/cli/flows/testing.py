"""`counterfoil flows test`: events go through flows in memory, and what comes is compared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from counterfoil.cli.flows.files import read_text, read_whole_flow
from counterfoil.cli.flows.options import HERE, Folder
from counterfoil.cli.foxpro.telling import CANNOT, FINDINGS, AsJson, say, say_document, say_error, shown
from counterfoil.flows.errors import Finding, FlowError
from counterfoil.flows.library import SHIPPED, read_library_flow
from counterfoil.flows.paths import Part, path_of
from counterfoil.flows.validate import read_flow
from counterfoil.ports.errors import ConfigurationError
from counterfoil.runtime.catalogue import shipped_catalogue
from counterfoil.runtime.flow_testing.running import read_case, run_case

Paths = Annotated[
    list[Path] | None,
    typer.Argument(help="Flow tests (YAML), or folders with flow tests; else all of the workspace."),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What is to be told of one test."""

    path: Path
    title: str = ""
    findings: tuple[Finding, ...] = ()
    trouble: str = ""
    """Why it could not be run."""

    @property
    def document(self) -> dict[str, Any]:
        if self.trouble:
            return {"path": str(self.path), "error": shown(self.trouble)}
        found = [{"line": each.line, "text": shown(each.text)} for each in self.findings]
        return {
            "path": str(self.path),
            "flow": self.path.absolute().parent.name,
            "title": shown(self.title),
            "passed": not found,
            "findings": found,
        }


def run(paths: Paths = None, *, as_json: AsJson = False, workspace: Folder = HERE) -> None:
    """Runs flow tests: each takes its events through the flow, in memory, and compares what comes.

    Exit code 1 where a test fails, 2 where one cannot be run.
    """
    tried = [_try(path) for path in _files(paths or [workspace / Part.TESTS.value])]
    if as_json:
        say_document({"tests": [each.document for each in tried]})
    else:
        for each in tried:
            tell(each)
        say(f"{sum(1 for each in tried if each.title and not each.findings)} of {len(tried)} tests pass")
    if any(each.trouble for each in tried):
        raise typer.Exit(CANNOT)
    if any(each.findings for each in tried):
        raise typer.Exit(FINDINGS)


def try_all(folders: Iterable[Path]) -> list[Tried]:
    """The tests in the folders, run; a folder without any is passed over."""
    return [_try(path) for folder in folders for path in sorted(folder.rglob("*.yaml"))]


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    """A folder without any test is told too: nothing would have been tested."""
    for path in paths:
        yield from (sorted(path.rglob("*.yaml")) or [path]) if path.is_dir() else [path]


def _try(path: Path) -> Tried:
    try:
        if path.is_dir():
            return Tried(path=path, trouble="no flow test (*.yaml) lies in this folder")
        text = _flow_of(path)
        flow, test = read_flow(text, shipped_catalogue()), read_text(path)
    except FlowError as error:
        return Tried(path=path, trouble=f"flow {path.absolute().parent.name} is not sound: {error}")
    except (ConfigurationError, OSError) as error:
        return Tried(path=path, trouble=str(error))
    try:
        tested = run_case(flow, text, read_case(test))
    except FlowError as error:
        return Tried(path=path, findings=error.findings)
    return Tried(path=path, title=tested.title, findings=tested.findings)


def _flow_of(path: Path) -> str:
    """The text of the flow that the test's folder is named after: the workspace's, else the shipped one."""
    folder = path.absolute().parent
    own = folder.parent.parent / path_of(Part.FLOWS, folder.name)
    if own.is_file():
        return read_whole_flow(own)
    if folder.name in SHIPPED:
        return read_library_flow(folder.name)
    raise ConfigurationError(f"no flow {folder.name}: a test lies in tests/<flow>/ of a workspace")


def tell(tried: Tried) -> None:
    """`path:line: what`, as editors jump to it."""
    name = shown(str(tried.path))
    if tried.trouble:
        say_error(f"{name}: {tried.trouble}")
        return
    say(f"{'fails' if tried.findings else 'passes'}  {name}  {shown(tried.title)}".rstrip())
    for each in tried.findings:
        say(f"{name}:{each.line}: {shown(each.text)}")
