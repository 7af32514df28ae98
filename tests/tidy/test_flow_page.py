"""The page about flows, and the schema for editors, say what the code does."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import fastjsonschema
import pytest
import yaml

from counterfoil.flows.errors import FlowError
from counterfoil.flows.library import PAYMENT_TO_RECEIPT, SHIPPED, read_library_flow
from counterfoil.flows.routes import ENDS
from counterfoil.flows.schema import flow_schema
from counterfoil.flows.validate import read_flow
from counterfoil.ports.field_types import ValueType
from counterfoil.ports.own_triggers import BOOKS_TRIGGERS
from counterfoil.runtime.catalogue import shipped_catalogue
from counterfoil.runtime.flow_testing.case_schema import case_schema

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
SCHEMA = REFERENCE / "flow.schema.json"
PAGE = (REFERENCE / "flow-language.md").read_text("utf-8")
FLOW = read_library_flow(PAYMENT_TO_RECEIPT)


def accepts(text: str) -> bool:
    try:
        fastjsonschema.validate(flow_schema(shipped_catalogue()), yaml.safe_load(text))
    except fastjsonschema.JsonSchemaException:
        return False
    return True


def test_the_schema_is_what_the_code_says() -> None:
    remedy = "write it again: counterfoil flows schema > docs/reference/flow.schema.json"
    assert json.loads(SCHEMA.read_text("utf-8")) == flow_schema(shipped_catalogue()), remedy


def test_the_schema_of_flow_tests_is_what_the_code_says() -> None:
    remedy = "write it again: counterfoil flows schema --tests > docs/reference/flow-test.schema.json"
    written = json.loads((REFERENCE / "flow-test.schema.json").read_text("utf-8"))
    assert written == case_schema(), remedy


@pytest.mark.parametrize("name", SHIPPED)
def test_the_schema_accepts_every_shipped_flow(name: str) -> None:
    assert accepts(read_library_flow(name))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("flow: payment_to_receipt", "flow: Payment"),
        ("flow: payment_to_receipt", "flow: prototype"),
        ("order_key: lineage", "order_key: none"),
        ("start: normalise", "begin: normalise"),
        ("event: payment.* #", "event: '*' #"),
        ("do: payment.normalise", "do: payment.normalize"),
        ("payment: look", "paid: look"),
        ("      absent: match\n", ""),
        ("at_most: 3", "at_most: 21"),
        (", else: review }", " }"),
        ("  match:\n", "  review:\n"),
        ("      decision: match\n    then:\n      posted", "    then:\n      posted"),
    ],
)
def test_the_schema_refuses_what_the_reader_refuses(old: str, new: str) -> None:
    text = FLOW.replace(old, new)
    assert text != FLOW
    assert not accepts(text)
    with pytest.raises(FlowError):
        read_flow(text, shipped_catalogue())


def test_the_example_of_the_page_may_run() -> None:
    example = re.search(r"```yaml\n(flow:.*?)```", PAGE, flags=re.DOTALL)
    assert example is not None
    assert read_flow(example[1], shipped_catalogue()).nodes
    assert accepts(example[1])


def test_the_page_tells_every_end_and_every_operation() -> None:
    told = re.findall(r"^\| `([\w.]+)` \| (?!`)", PAGE, flags=re.MULTILINE)
    assert told == [*ENDS, *sorted(shipped_catalogue())]


def test_the_page_tells_what_events_hold() -> None:
    told = re.findall(r"^\| `(\w+\.)\*` \| (.*) \|$", PAGE, flags=re.MULTILINE)
    fields = {
        f"{spec.kinds[0].partition('.')[0]}.": ", ".join(f"`{each.name}`" for each in spec.carries.fields)
        for spec in BOOKS_TRIGGERS
    }
    assert dict(told) == fields


def rows() -> dict[str, Any]:
    """The cells behind an operation's name, by name."""
    found = re.findall(r"^\| `(\w+\.\w+)` \| (.*?) \| (.*?) \| (.*?) \|", PAGE, flags=re.MULTILINE)
    return {name: cells for name, *cells in found}


def test_the_page_tells_as_what_conditions_ask_every_type() -> None:
    told = re.findall(r"^\| (\w+(?:, \w+)*) \| (?:an|a|yes|nothing)\b.* \|$", PAGE, flags=re.MULTILINE)
    assert {word for words in told for word in words.split(", ")} == {each.value for each in ValueType}


def test_the_page_tells_inputs_and_outcomes_of_operations() -> None:
    for name, spec in shipped_catalogue().items():
        inputs = [f"`{each}`" for each in spec.inputs] + [
            f"`{each}` (optional)" for each in spec.optional_inputs
        ]
        outcomes = ", ".join(f"`{each}`" for each in spec.outcomes)
        assert rows()[name] == [spec.label, ", ".join(inputs), outcomes]
