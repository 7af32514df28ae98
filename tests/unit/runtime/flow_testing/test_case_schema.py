"""The schema that editors check flow tests by agrees with what reads them."""

from __future__ import annotations

import re

import fastjsonschema
import pytest
import yaml

from counterfoil.flows.errors import FlowError
from counterfoil.flows.library import PAYMENT_TO_RECEIPT, SHIPPED, library_tests
from counterfoil.runtime.flow_testing.case import OF_A_RUN, SUBJECTS, parse_case
from counterfoil.runtime.flow_testing.case_schema import case_schema

TESTS = [(flow, name) for flow in SHIPPED for name in library_tests(flow)]
PAID = library_tests(PAYMENT_TO_RECEIPT)["invoice_paid"]
ACCEPT = fastjsonschema.compile(case_schema())


class AsEditors(yaml.SafeLoader):
    """YAML 1.2, as editors read it: a day and `on` are texts."""


AsEditors.yaml_implicit_resolvers = {
    sign: [each for each in resolvers if not each[0].endswith(("timestamp", "bool"))]
    for sign, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
AsEditors.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("true|false"), list("tf"))


def accepts(text: str) -> bool:
    try:
        ACCEPT(AsEditors(text).get_single_data())
    except fastjsonschema.JsonSchemaException:
        return False
    return True


@pytest.mark.parametrize(("flow", "name"), TESTS)
def test_the_schema_accepts_every_shipped_flow_test(flow: str, name: str) -> None:
    ACCEPT(AsEditors(library_tests(flow)[name]).get_single_data())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("title:", "tilte:"),
        ("invoice_reference", "invoice_refrence"),
        ("open: 120.00 USD", "open: 120.00"),
        ("      end: done\n", ""),
        ("end: done", "end: over"),
        ("- {number", "- {numbre"),
        ("USD, open: 120.00 USD", "USD"),
        ("    expect:\n", "    answers: [bussy]\n    expect:\n"),
        ("    expect:\n", "    attempt: 0\n    expect:\n"),
        ("    expect:\n", "    then: [{after: soon}]\n    expect:\n"),
        ("    expect:\n", "    errors: [{node: post, error: gone}]\n    expect:\n"),
        ("    expect:\n", "    systems: {shop: [{gives: {}}]}\n    expect:\n"),
        ("events:", "site: {settlements: never}\nevents:"),
    ],
)
def test_the_schema_refuses_what_the_reader_refuses(old: str, new: str) -> None:
    text = re.sub(re.escape(old), new.replace("\\", ""), PAID, count=1)
    assert text != PAID
    assert not accepts(text)
    with pytest.raises(FlowError):
        parse_case(text)


def test_the_schema_knows_every_entry_of_an_event() -> None:
    event = case_schema()["properties"]["events"]["items"]
    assert set(event["properties"]) == {"kind", "expect", *SUBJECTS, *OF_A_RUN}
