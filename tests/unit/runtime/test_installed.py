from __future__ import annotations

import re
from importlib.metadata import EntryPoint
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from counterfoil.acceptance import shortcomings
from counterfoil.connectors.http_json.connector import CONNECTOR
from counterfoil.connectors.http_json.spec import SPEC
from counterfoil.ports.connectors import GROUP
from counterfoil.runtime.catalogue import shipped_catalogue
from counterfoil.runtime.installed import installed_connectors, load_connectors

OURS = "counterfoil.connectors.http_json.connector:CONNECTOR"
HERE = "tests.unit.runtime.test_installed"
BROKEN = SimpleNamespace(spec=SimpleNamespace(name="broken", operations=SPEC.operations))


def point(name: str, value: str) -> EntryPoint:
    return EntryPoint(name, value, GROUP)


def test_the_shipped_connector_is_found_by_its_entry_point() -> None:
    assert dict(installed_connectors().connectors) == {"http_json": CONNECTOR}
    assert installed_connectors().troubles == ()
    assert {"http_json.read", "http_json.send"} <= shipped_catalogue().keys()


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("gone", "no.such.module:CONNECTOR", "cannot be loaded (ModuleNotFoundError"),
        ("gone", "counterfoil:CONNECTOR", "cannot be loaded (AttributeError"),
        ("paytrace", OURS, "the name is taken"),
        ("other", OURS, "calls itself http_json"),
        ("broken", f"{HERE}:BROKEN", "operation http_json.read does not begin with broken."),
        ("nothing", f"{HERE}:HERE", "cannot be loaded (AttributeError"),
    ],
)
def test_a_faulty_connector_is_told_and_keeps_no_other_back(name: str, value: str, why: str) -> None:
    found = load_connectors([point(name, value), point("http_json", OURS)])
    assert list(found.connectors) == ["http_json"]
    (trouble,) = found.troubles
    assert trouble.startswith(f"connector {name} ({value}): {why}")


def test_the_second_of_one_name_is_refused() -> None:
    found = load_connectors([point("http_json", OURS), point("http_json", OURS)])
    assert [each.partition(": ")[2] for each in found.troubles] == ["the name is taken"]


def test_the_shipped_connector_passes_the_acceptance_list() -> None:
    assert shortcomings(CONNECTOR) == []


def test_the_acceptance_list_tells_what_is_lacking() -> None:
    class Careless:
        spec = SPEC

        def open(self, access: Any) -> Any:
            return SimpleNamespace(close=lambda: access)

    assert shortcomings(Careless()) == ["a connection without settings is opened"]


def test_the_template_passes_its_own_tests(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = (Path(__file__).parents[3] / "docs" / "howto" / "write-a-connector.md").read_text("utf-8")
    module, tests = re.findall(r"```python\n(.*?)```", page, flags=re.DOTALL)
    (tmp_path / "parcels.py").write_text(module, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    space: dict[str, Any] = {}
    exec(tests, space)  # noqa: S102 - the page's own example
    own = [each for name, each in space.items() if name.startswith("test_")]
    assert len(own) == 2
    for each in own:
        each()
