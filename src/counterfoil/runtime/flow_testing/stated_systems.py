"""Other systems in a flow test: what each answers, in order, and what it was asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import yaml
from typing_extensions import override

from counterfoil.flows.document import Part
from counterfoil.ports.catalogue import Nature
from counterfoil.ports.connectors import Answered, Call, Connector, OpenConnection
from counterfoil.ports.errors import ConfigurationError
from counterfoil.ports.run_store import Json, Run
from counterfoil.runtime.flow_testing.reading import items
from counterfoil.runtime.flow_testing.telling import Tree, tell

_PLAIN_WORDS: Mapping[str, object] = {"true": True, "false": False, "null": None}


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedAnswer:
    """What a system answers to one call."""

    answered: Answered
    line: int = field(compare=False)


SystemAnswers = Mapping[str, Sequence[StatedAnswer]]
"""By the name of the connection, in the order of the calls."""


def read_systems(part: Part | None) -> SystemAnswers:
    """What other systems answer, as a file says it.

    Raises:
        FlowError: it is none; says the line.
    """
    if part is None:
        return {}
    return {name: [_answer(each) for each in items(answers)] for name, answers in part.entries()}


def _answer(part: Part) -> StatedAnswer:
    parts = part.fields(("outcome",), ("gives", "why"))
    given = plain_json(parts["gives"]) if "gives" in parts else {}
    if not isinstance(given, dict):
        raise parts["gives"].wrong("named entries belong here")
    why = parts["why"].text() if "why" in parts else ""
    return StatedAnswer(
        answered=Answered(outcome=parts["outcome"].text(), value=given, why=why), line=part.line
    )


def plain_json(part: Part) -> object:
    """Texts, lists and named entries of them; true, false and null without quotes are JSON's own."""
    node = part.node
    if isinstance(node, yaml.ScalarNode):
        is_word = node.style is None and node.value in _PLAIN_WORDS
        return _PLAIN_WORDS[node.value] if is_word else part.raw()
    if isinstance(node, yaml.SequenceNode):
        return [plain_json(each) for each in items(part)]
    return {name: plain_json(each) for name, each in part.entries()}


class StatedSystems:
    """Answers by its script; a write whose key is known gets the first answer again."""

    def __init__(self) -> None:
        self.sent: list[Tree] = []
        self._script: dict[str, list[StatedAnswer]] = {}
        self._known: dict[str, Answered] = {}

    def expect(self, answers: SystemAnswers) -> None:
        """Takes the answers of the next run; what was asked before is forgotten, save known writes."""
        self.sent = []
        self._script = {name: list(given) for name, given in answers.items()}

    def open(self, _run: Run, connector: Connector, name: str) -> OpenConnection:
        """The connection of that name."""
        natures = {each.name: each.nature for each in connector.spec.operations}
        return _Stated(self, name, natures)

    def answer(self, connection: str, call: Call, *, writes: bool) -> Answered:
        if writes and call.key in self._known:
            return self._known[call.key]
        script = self._script.get(connection)
        if not script:
            raise ConfigurationError(
                f"{connection} is not reached from a flow test or a dry run, and no answer of it is left:"
                " a test says under 'systems' what it answers"
            )
        answered = script.pop(0).answered
        self.sent.append(_told(connection, call, answered))
        if writes:
            self._known[call.key] = answered
        return answered


class _Stated(OpenConnection):
    def __init__(self, systems: StatedSystems, name: str, natures: Mapping[str, Nature]) -> None:
        self._systems, self._name, self._natures = systems, name, natures

    @override
    def act(self, call: Call) -> Answered:
        writes = self._natures[call.operation] is Nature.EFFECT
        return self._systems.answer(self._name, call, writes=writes)

    @override
    def close(self) -> None:
        """Nothing is open."""


def _told(connection: str, call: Call, answered: Answered) -> Tree:
    said: dict[str, Json] = {"set": dict(call.settings), "with": dict(call.inputs)}
    told = {"do": call.operation, "connection": connection, "answer": answered.outcome}
    return told | {name: tell(part) for name, part in said.items() if part}
