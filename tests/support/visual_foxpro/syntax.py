"""Source text to statements. What is not understood, not declared or not balanced is refused by its line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

_TOKEN = re.compile(
    r"""\s*(?:(?P<text>"[^"]*"|'[^']*')|(?P<number>\d+(?:\.\d+)?)|(?P<word>\.(?:T|F|AND|OR|NOT|NULL)\.)"""
    r"""|(?P<name>[A-Za-z_]\w*)|(?P<mark>==|<>|<=|>=|[-+*/=<>$@&(),.\[\]!\\]))""",
    re.IGNORECASE,
)


class SyntaxFault(Exception):  # noqa: N818 - a finding about a program, by its line
    """The program cannot be read."""


@dataclass(frozen=True, slots=True)
class Token:
    kind: str
    text: str

    @property
    def word(self) -> str:
        return self.text.upper() if self.kind in {"name", "word"} else ""


@dataclass(frozen=True, slots=True)
class Line:
    number: int
    tokens: tuple[Token, ...]

    @property
    def first(self) -> str:
        return self.tokens[0].word


@dataclass(slots=True)
class Statement:
    """One statement; blocks hold their statements, each with the condition or case that leads to it."""

    word: str
    line: Line
    branches: list[tuple[Line, list[Statement]]] = field(default_factory=list)


@dataclass(slots=True)
class Procedure:
    name: str
    parameters: tuple[str, ...] = ()
    body: list[Statement] = field(default_factory=list)
    declared: set[str] = field(default_factory=set)


_ENDS = {"IF": "ENDIF", "DO WHILE": "ENDDO", "DO CASE": "ENDCASE", "FOR": "ENDFOR", "SCAN": "ENDSCAN"}
_TURNS = {"IF": {"ELSE"}, "DO CASE": {"CASE", "OTHERWISE"}}


def read_lines(source: str) -> Iterator[Line]:
    """Logical lines without comments, continuations joined."""
    held, started = "", 0
    for number, raw in enumerate(source.splitlines(), start=1):
        text = raw.split("&&", maxsplit=1)[0].strip()
        if not held:
            started = number
            if not text or text.startswith("*"):
                continue
        if text.endswith(";"):
            held += text.removesuffix(";") + " "
            continue
        yield Line(started, tuple(_tokens(held + text, started)))
        held = ""


def _tokens(text: str, line: int) -> Iterator[Token]:
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None or not found.lastgroup:
            raise SyntaxFault(f"line {line}: cannot read {text[at:]!r}")
        yield Token(found.lastgroup, found[found.lastgroup])
        at = found.end()


def parse_program(source: str) -> Mapping[str, Procedure]:
    """The procedures by upper-case name; the main program has the empty name."""
    procedures: dict[str, Procedure] = {}
    lines = list(read_lines(source))
    place = 0
    while place < len(lines):
        name, heading = "", lines[place]
        if heading.first in {"FUNCTION", "PROCEDURE"}:
            name, place = heading.tokens[1].text.upper(), place + 1
        if name in procedures:
            raise SyntaxFault(f"line {heading.number}: {name or 'the main program'} stands twice")
        body: list[Line] = []
        ends = {"FUNCTION": "ENDFUNC", "PROCEDURE": "ENDPROC"}
        while place < len(lines) and lines[place].first not in {"FUNCTION", "PROCEDURE", *ends.values()}:
            body.append(lines[place])
            place += 1
        if name:
            if place == len(lines) or lines[place].first != ends[heading.first]:
                raise SyntaxFault(f"line {heading.number}: {name} has no {ends[heading.first]}")
            place += 1
        procedures[name] = _procedure(name, body)
    return procedures


def _procedure(name: str, lines: Sequence[Line]) -> Procedure:
    procedure = Procedure(name)
    rest = list(lines)
    if rest and rest[0].first == "LPARAMETERS":
        heading = rest.pop(0)
        procedure.parameters = tuple(
            token.text.upper() for token in heading.tokens[1:] if token.kind == "name"
        )
        procedure.declared |= set(procedure.parameters)
    procedure.body, left = _block(rest, set())
    if left:
        raise SyntaxFault(f"line {left[0].number}: {left[0].first} without a beginning")
    for line in lines:
        if line.first in {"LOCAL", "PRIVATE", "LPARAMETERS"}:
            words = [token.text.upper() for token in line.tokens[1:] if token.kind == "name"]
            procedure.declared |= set(words) - {"ARRAY"}
    return procedure


def _block(lines: list[Line], stops: set[str]) -> tuple[list[Statement], list[Line]]:
    """Statements up to a line that begins with one of the stops, and the lines from there on."""
    statements: list[Statement] = []
    while lines and lines[0].first not in stops:
        line = lines.pop(0)
        word = line.first
        if word == "DO" and line.tokens[1].word in {"WHILE", "CASE"}:
            word = f"DO {line.tokens[1].word}"
        if word in {*_ENDS.values(), "ELSE", "CASE", "OTHERWISE"}:
            return statements, [line, *lines]
        statement = Statement(word, line)
        statements.append(statement)
        if word in _ENDS:
            lines = _branches(statement, lines)
    return statements, lines


def _branches(statement: Statement, lines: list[Line]) -> list[Line]:
    end, turns = _ENDS[statement.word], _TURNS.get(statement.word, set())
    head = statement.line
    while True:
        body, lines = _block(lines, {end, *turns})
        if statement.word == "DO CASE" and head is statement.line and body:
            raise SyntaxFault(f"line {head.number}: statements before the first CASE")
        if head is not statement.line or statement.word != "DO CASE":
            statement.branches.append((head, body))
        if not lines or lines[0].first not in {end, *turns}:
            found = lines[0].number if lines else "the end"
            raise SyntaxFault(f"line {statement.line.number}: {statement.word} meets no {end} before {found}")
        head = lines.pop(0)
        if head.first == end:
            return lines
