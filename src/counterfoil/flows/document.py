"""YAML as flows use it: mappings and plain text with line numbers; no tags, anchors or types.

Every scalar is text, so that ``no``, ``1e3`` or a date mean what they say. The whole text is checked for
size and depth before anything is built from it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from counterfoil.flows.errors import Finding, FlowError, nearest, quoted

_CHARACTERS_MAX = 500_000
_EVENTS_MAX = 20_000
_DEPTH_MAX = 20


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of the document and what the messages call it."""

    node: yaml.Node
    path: str
    line: int

    def wrong(self, text: str) -> FlowError:
        return FlowError(Finding(self.line, f"{self.path or 'flow'}: {text}"))

    def text(self) -> str:
        """The scalar as written, without surrounding blanks.

        Raises:
            FlowError: it is a mapping or a list, or empty.
        """
        if not isinstance(self.node, yaml.ScalarNode) or not str(self.node.value).strip():
            raise self.wrong("a text belongs here")
        return str(self.node.value).strip()

    def raw(self) -> str:
        """The scalar exactly as written, blanks and emptiness included.

        Raises:
            FlowError: it is no scalar.
        """
        if not isinstance(self.node, yaml.ScalarNode):
            raise self.wrong("a text belongs here")
        return str(self.node.value)

    def is_text(self) -> bool:
        return isinstance(self.node, yaml.ScalarNode)

    def number(self, least: int, most: int) -> int:
        """A whole number within bounds.

        Raises:
            FlowError: it is none.
        """
        text = self.text()
        if not (text.isascii() and text.isdigit() and len(text) <= len(str(most))):
            raise self.wrong(f"a whole number from {least} to {most} belongs here, not {quoted(text)}")
        if not least <= int(text) <= most:
            raise self.wrong(f"{text} is not from {least} to {most}")
        return int(text)

    def entries(self) -> Iterator[tuple[str, Part]]:
        """The mapping's names and parts, in order; each name once.

        Raises:
            FlowError: it is no mapping, or a name stands twice.
        """
        if not isinstance(self.node, yaml.MappingNode):
            raise self.wrong("named entries belong here")
        seen: set[str] = set()
        for key, value in self.node.value:
            line = _line(key.start_mark)
            name = Part(key, self.path, line).text()
            if name in seen:
                raise Part(key, self.path, line).wrong(f"{quoted(name)} stands twice")
            seen.add(name)
            yield name, Part(value, f"{self.path}.{name}" if self.path else name, line)

    def fields(self, required: Collection[str], optional: Collection[str] = ()) -> dict[str, Part]:
        """The mapping's parts by name.

        Raises:
            FlowError: an unknown name, or a required one is missing.
        """
        known = {*required, *optional}
        found = dict(self.entries())
        for name, part in found.items():
            if name not in known:
                text = f"{self.path or 'flow'}: unknown entry {quoted(name)}{nearest(name, known)}"
                raise FlowError(Finding(part.line, text))
        missing = [name for name in required if name not in found]
        if missing:
            raise self.wrong(f"{missing[0]!r} is missing")
        return found


def read_document(text: str, characters: int = _CHARACTERS_MAX) -> Part:
    """The document's root; the text has at most so many characters.

    Raises:
        FlowError: not YAML, not bounded, or with tags or anchors.
    """
    if len(text) > characters:
        raise FlowError(Finding(1, f"a flow has at most {characters} characters"))
    try:
        _check_events(text)
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        raise FlowError(
            Finding(_line(getattr(error, "problem_mark", None)), f"not YAML: {_problem_of(error)}")
        ) from error
    if root is None:
        raise FlowError(Finding(1, "the text is empty"))
    return Part(root, "", _line(root.start_mark))


def _check_events(text: str) -> None:
    """Bounds size and depth without building anything; also refuses what could name code or copies."""
    depth = 0
    for count, event in enumerate(yaml.parse(text, Loader=yaml.SafeLoader)):
        line = _line(event.start_mark)
        if count > _EVENTS_MAX:
            raise FlowError(Finding(line, "the flow is too large"))
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise FlowError(Finding(line, "anchors and aliases (& and *) are not allowed"))
        if getattr(event, "tag", None) is not None:
            raise FlowError(Finding(line, "tags (!) are not allowed"))
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEPTH_MAX:
            raise FlowError(Finding(line, f"more than {_DEPTH_MAX} levels"))


def _line(mark: Any) -> int:
    """Marks count from 0, people from 1; errors without a mark are about the whole text."""
    return 1 if mark is None else int(mark.line) + 1


def _problem_of(error: Exception) -> str:
    return str(getattr(error, "problem", None) or getattr(error, "reason", None) or "unreadable text")
