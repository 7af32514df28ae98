"""The pictures in the reference are those of the flows that ship."""

from __future__ import annotations

from pathlib import Path

import pytest

from counterfoil.flows.library import SHIPPED, read_library_flow
from counterfoil.flows.picture.svg import draw_flow
from counterfoil.flows.validate import read_flow
from counterfoil.runtime.catalogue import shipped_catalogue

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"


@pytest.mark.parametrize("name", SHIPPED)
def test_the_reference_shows_the_picture_of_each_shipped_flow(name: str) -> None:
    catalogue = shipped_catalogue()
    drawn = draw_flow(read_flow(read_library_flow(name), catalogue), catalogue)
    remedy = f"draw it again: counterfoil flows draw {name} --out docs/reference/pictures/{name}.svg"
    assert (REFERENCE / "pictures" / f"{name}.svg").read_text("utf-8") == drawn, remedy
    assert f"](pictures/{name}.svg)" in (REFERENCE / "flows.md").read_text("utf-8")
