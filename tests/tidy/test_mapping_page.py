from __future__ import annotations

import re
from pathlib import Path

from counterfoil.flows.mapping.library import TABLES
from counterfoil.flows.mapping.tables import parse_table
from counterfoil.flows.mapping.transforms import TRANSFORMS
from counterfoil.flows.mapping.transforms.asked import Parameter, Transform
from counterfoil.flows.mapping.types import Kind
from tests.unit.flows.mapping.samples import planned

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "mapping.md").read_text("utf-8")


def row(transform: Transform) -> str:
    takes = " or ".join(kind.value for kind in transform.takes) or "any"
    if transform.inputs_max > 1:
        takes += f", up to {transform.inputs_max}"
    parameters = "; ".join(map(parameter, transform.parameters))
    return f"| `{transform.name}` | {takes} | {transform.gives} | {transform.says} | {parameters} |"


def parameter(one: Parameter) -> str:
    ending = "" if one.is_needed else " (optional)" if not one.default else f" (`{one.default}`)"
    if one.default == " ":
        ending = " (a blank)"
    return f"`{one.name}` {one.says}{ending}"


def test_the_page_tells_every_transform_as_the_code_has_it() -> None:
    told = [line for line in PAGE.splitlines() if re.match(r"\| `\w+` \| .* \| .* \| .* \|", line)]
    assert told == [row(transform) for transform in TRANSFORMS.values()]


def test_the_page_tells_every_type() -> None:
    for kind in Kind:
        assert f"- `{kind.value}" in PAGE


def test_the_page_names_every_shipped_table() -> None:
    for name in TABLES:
        assert f"- `{name}`" in PAGE


def test_the_example_of_the_page_is_a_mapping() -> None:
    example = re.search(r"```yaml\n(.*?)```", PAGE, flags=re.DOTALL)
    table = re.search(r"```csv\n(.*?)```", PAGE, flags=re.DOTALL)
    assert example is not None
    assert table is not None
    assert planned(example[1], {"gl_by_transaction_type": table[1]}).targets
    assert parse_table("t", table[1]).is_dated
