"""A flow as one file: its text with the flows, mappings, tables and tests that belong to it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from counterfoil.flows.definition import parse_flow
from counterfoil.flows.nodes.node import Node
from counterfoil.flows.paths import Part, name_in, part_of, path_of
from counterfoil.http.exact_json import MalformedJsonError, decode_exact_object
from counterfoil.ports.errors import ConfigurationError

FORMAT = "counterfoil-flow-1"
FILES_MAX = 500
"""Of one exported flow."""
_WORD = re.compile(r"\w+")
_HALF_SIGN = re.compile(r"[\ud800-\udfff]")
"""JSON may hold these; no file does."""


class BundleError(ConfigurationError):
    """A file that is no exported flow, or a flow that cannot be exported."""


def write_bundle(files: Mapping[str, str], flow: str) -> str:
    """The flow, those that it calls, the mappings that they name, the tables that any name, and its tests.

    Raises:
        BundleError: there is no such flow.
    """
    path = path_of(Part.FLOWS, flow)
    if path not in files:
        names = ", ".join(name_in(each) for each in files if part_of(each) is Part.FLOWS)
        raise BundleError(f"there is no flow {flow!r}; there is: {names}")
    texts = {path: files[path], **_called(files, files[path])}
    for part in (Part.MAPPINGS, Part.TABLES):
        words = {word for text in texts.values() for word in _WORD.findall(text)}
        texts |= {each: files[each] for each in _of(files, part) if name_in(each) in words}
    texts |= {each: files[each] for each in _of(files, Part.TESTS) if each.startswith(f"tests/{flow}/")}
    document = {"format": FORMAT, "flow": flow, "version": parse_flow(files[path]).version, "files": texts}
    return json.dumps(document, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def read_bundle(text: str) -> dict[str, str]:
    """The files of an exported flow.

    Raises:
        BundleError: it is none, was changed by hand, or holds files that belong elsewhere.
    """
    try:
        document = decode_exact_object(text.encode())
    except MalformedJsonError as error:
        raise BundleError(f"no exported flow: {error}") from error
    files, flow = document.get("files"), document.get("flow")
    if document.get("format") != FORMAT or not isinstance(files, Mapping) or not isinstance(flow, str):
        raise BundleError(f"no exported flow of the form {FORMAT}")
    if len(files) > FILES_MAX:
        raise BundleError(f"an exported flow has at most {FILES_MAX} files")
    found = {}
    for path, content in files.items():
        has_place = part_of(path) not in {None, Part.ENVIRONMENTS, Part.SUGGESTIONS}
        if not has_place or not isinstance(content, str) or _HALF_SIGN.search(content):
            raise BundleError(f"{path!r} has no place in an exported flow")
        found[path] = content
    if parse_flow(found.get(path_of(Part.FLOWS, flow), "")).version != document.get("version"):
        raise BundleError(f"flow {flow} is not of the version that the file says: it was changed")
    return found


def _called(files: Mapping[str, str], text: str) -> dict[str, str]:
    """The flows that a flow calls, and those that these call."""
    found: dict[str, str] = {}
    waiting = [text]
    while waiting:
        names = {name for node in parse_flow(waiting.pop()).nodes.values() for name in _calls(node)}
        new = {path: files[path] for path in sorted(names & files.keys() - found.keys())}
        found |= new
        waiting += new.values()
    return found


def _calls(node: Node) -> Iterator[str]:
    return (path_of(part, name) for part, name in node.deed.uses() if part is Part.FLOWS)


def _of(files: Mapping[str, str], part: Part) -> Iterator[str]:
    return (path for path in sorted(files) if part_of(path) is part)
