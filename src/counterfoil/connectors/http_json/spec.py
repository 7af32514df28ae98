"""What the connector publishes."""

from __future__ import annotations

from counterfoil.ports.catalogue import ConnectorSpec, Nature, OperationSpec
from counterfoil.ports.field_types import Certainty, FieldSpec, RecordSpec, ValueType

_AUTHOR = "whoever writes the flow"


def _text(name: str, label: str, example: str, *, required: bool = True) -> FieldSpec:
    return FieldSpec(
        name=name, label=label, type=ValueType.TEXT, example=example, required=required, source=_AUTHOR
    )


RECORD = RecordSpec(name="http_json.record", label="Whatever an earlier node gave")
ANSWER = RecordSpec(
    name="http_json.answer",
    label="What the other system answered",
    fields=(
        _text("status", "The HTTP status", "200"),
        FieldSpec(
            name="body",
            label="The JSON of the answer, numbers as text",
            type=ValueType.ANY,
            required=False,
            certainty=Certainty.UNKNOWN,
            source="the other system",
        ),
    ),
)
_PATH = _text("path", "The path, with fields of the record in braces", "/v1/orders/{order}")
_HOST = _text("host", "Which of the connection's addresses; without it the first", "", required=False)
READ = OperationSpec(
    name="http_json.read",
    label="Read from another system",
    nature=Nature.READING,
    optional_inputs=("record",),
    takes={"record": RECORD},
    outcomes=("found", "absent", "refused"),
    gives={"found": ANSWER, "refused": ANSWER},
    settings=(_PATH, _HOST),
    connects=True,
)
SEND = OperationSpec(
    name="http_json.send",
    label="Send a record to another system",
    nature=Nature.EFFECT,
    inputs=("record",),
    takes={"record": RECORD},
    outcomes=("done", "refused"),
    gives={"done": ANSWER, "refused": ANSWER},
    settings=(_PATH, _text("effect", "A word for what it brings about, once for an event", "notify"), _HOST),
    connects=True,
)
SPEC = ConnectorSpec(
    name="http_json",
    label="HTTP with JSON",
    settings=(
        _text("addresses", "The hosts that may be called, parted by commas", "https://api.example.com"),
        _text("networks", "Networks that are not public and meant", "10.1.0.0/16", required=False),
        FieldSpec(
            name="repeats",
            label="What the other system does with a call that bears a known webhook-id",
            type=ValueType.CODE,
            words=("once", "unknown"),
            example="once",
            certainty=Certainty.UNKNOWN,
            source="the other system's documents",
            required=False,
        ),
    ),
    secrets=(_text("signing", "The secret that signs calls, whsec_ and base64", ""),),
    operations=(READ, SEND),
)
