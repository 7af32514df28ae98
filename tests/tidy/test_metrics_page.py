"""The page of metrics lists what the program has, with the same words."""

from __future__ import annotations

import re
from pathlib import Path

from counterfoil.telemetry import metrics
from counterfoil.telemetry.metrics import METRICS, Metric

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "metrics.md"


def row(metric: Metric) -> str:
    labels = ", ".join(f"`{label}`" for label in metric.labels)
    return f"| `{metric.name}` | {metric.kind.value} | {labels} | {metric.help} |"


def test_the_page_lists_every_metric_as_it_is() -> None:
    listed = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| `counterfoil_")]
    assert listed == [row(metric) for metric in METRICS]


def test_every_metric_is_in_the_list_once() -> None:
    made = {value.name for value in vars(metrics).values() if isinstance(value, Metric)}
    assert sorted(made) == sorted(metric.name for metric in METRICS)


def test_names_are_ours_and_bear_no_vendors_word() -> None:
    assert [metric.name for metric in METRICS if not re.fullmatch(r"counterfoil_[a-z_]+", metric.name)] == []
