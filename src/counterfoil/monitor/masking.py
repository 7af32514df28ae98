"""Log lines for eyes outside the house: what happened, when and where in the program; no text of people's."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from counterfoil.security.card_guard import scrub_text

LEFT_OUT = "[left out]"
_ALWAYS = ("timestamp", "level", "event", "logger")
_PLAIN_KEYS = frozenset(
    (
        *("answer_bytes", "attempt", "attempts", "batch", "bytes", "company", "connection", "count", "dead"),
        *("due", "elder", "environment", "failures", "flow", "jobs", "kind", "loop", "milliseconds", "new"),
        *("node", "pid", "poll", "read", "rule", "run", "signal", "stalled", "state", "status", "strikes"),
        *("transactions", "value", "worker", "workers"),
    )
)
"""Keys whose short values name parts of the product: nothing of a customer's or a payment's."""
_WORD = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
_CLASS = re.compile(r"(?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:Error|Exception|Timeout|Full|Interrupt|Warning)")
_DIGITS = re.compile(r"\d{7,}")
_FRAME = re.compile(r'\s*File "([^"]+)", line (\d+), in ([\w<>.]+)')


def masked_lines(lines: Iterator[str]) -> Iterator[str]:
    """Each line as far as it may leave the house."""
    for line in lines:
        yield scrub_text(_masked(line.rstrip("\n")))


def _masked(line: str) -> str:
    try:
        event = json.loads(line)
    except ValueError:
        return _masked_text(line)
    if not isinstance(event, dict):
        return LEFT_OUT
    return json.dumps(_masked_event(event))


def _masked_event(event: Mapping[str, object]) -> dict[str, object]:
    return {key: _value(key, value) for key, value in event.items() if _WORD.fullmatch(key)}


def _value(key: str, value: object) -> object:
    if key == "exception" and isinstance(value, str):
        return [_masked_text(each) for each in value.splitlines()]
    if isinstance(value, bool) or value is None:
        return value
    text = str(value)
    if key in _ALWAYS or key in _PLAIN_KEYS:
        return value if _is_plain(text, key) else LEFT_OUT
    return text if _CLASS.fullmatch(text) else LEFT_OUT


def _is_plain(text: str, key: str) -> bool:
    """A run's name is 32 signs; a number of seven digits or more may be somebody's."""
    if key == "timestamp":
        return re.fullmatch(r"[0-9TZ:.+-]{10,35}", text) is not None
    if re.fullmatch(r"[0-9a-f]{32}", text):
        return True
    return _WORD.fullmatch(text) is not None and _DIGITS.search(text) is None


def _masked_text(line: str) -> str:
    """Of a traceback the places in the program and the kinds of error; of anything else its length."""
    frame = _FRAME.match(line)
    if frame:
        path = frame[1].replace("\\", "/")
        _, mark, inner = path.rpartition("/site-packages/")
        if not mark:
            _, mark, inner = path.rpartition("/src/")
        return f'  File "{inner or path.rpartition("/")[2]}", line {frame[2]}, in {frame[3]}'
    if line.startswith("Traceback"):
        return "Traceback (most recent call last):"
    kind = line.partition(":")[0].strip()
    if _CLASS.fullmatch(kind):
        return f"{kind}: {LEFT_OUT}" if ":" in line else kind
    return f"{LEFT_OUT}: {len(line)} characters" if line.strip() else ""
