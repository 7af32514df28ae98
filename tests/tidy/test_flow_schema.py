"""The published schema of flows is that of the code."""

from __future__ import annotations

import json
from pathlib import Path

from counterfoil.flows.schema import flow_schema
from counterfoil.runtime.catalogue import shipped_catalogue

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "flow.schema.json"


def test_the_published_schema_is_that_of_the_code() -> None:
    """Write it anew with: counterfoil flows schema > docs/reference/flow.schema.json."""
    assert json.loads(PAGE.read_text("utf-8")) == flow_schema(shipped_catalogue())
