from __future__ import annotations

import pytest

from counterfoil.flows.environment import Declared, read_environment
from counterfoil.flows.errors import FlowError
from counterfoil.flows.paths import Part, belongs, name_in, part_of, path_of

TEXT = """\
environment: qa
connections:
  PayTrace: {kind: paytrace, company: "01", mode: test}
  Books: {kind: sagepro, company: "01", mode: test}
"""


def test_an_environment_says_what_its_flows_count_on() -> None:
    environment = read_environment(TEXT)
    assert environment.name == "qa"
    assert environment.connections["Books"] == Declared(kind="sagepro", company="01", mode="test")
    assert read_environment("environment: dev\nconnections: {}\n").connections == {}


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('sagepro, company: "01", mode: test', 'sagepro, company: "01", mode: live', "meet at company 01"),
        ("mode: test", "mode: tset", "did you mean 'test'"),
        ("kind: sagepro, ", "", "'kind' is missing"),
        ("mode: test}", "mode: test, password: x}", "unknown entry 'password'"),
    ],
)
def test_what_is_no_environment_is_refused(old: str, new: str, why: str) -> None:
    with pytest.raises(FlowError, match=why):
        read_environment(TEXT.replace(old, new))


@pytest.mark.parametrize(
    "path",
    [
        "flows/../x.yaml",
        "../flows/a.yaml",
        "/flows/a.yaml",
        "flows/A.yaml",
        "flows/-x.yaml",
        "flows/a.yml",
        "flows/a;rm.yaml",
        "flows/$(x).yaml",
        "flows/.git/config",
        ".git/config",
        "tests/.git/hooks/pre-commit",
        "tests/a/../../x",
        "tests/--upload-pack=x",
        "environments/staging.yaml",
        "flows/a.yaml\n",
        "tests/a\\b",
    ],
)
def test_a_path_that_leads_elsewhere_has_no_place_in_a_workspace(path: str) -> None:
    assert not belongs(path)


@pytest.mark.parametrize(
    ("part", "path"),
    [
        (Part.FLOWS, "flows/a.yaml"),
        (Part.TABLES, "tables/a.csv"),
        (Part.ENVIRONMENTS, "environments/qa.yaml"),
        (Part.TESTS, "tests/a/b-1.json"),
    ],
)
def test_a_file_has_its_part_and_its_name(part: Part, path: str) -> None:
    assert part_of(path) is part
    if part is not Part.TESTS:
        assert path_of(part, name_in(path)) == path
