"""Exported flows that somebody made to do harm; whole ones are read in `tests/integration/flows`."""

from __future__ import annotations

import json

import pytest

from counterfoil.bootstrap.flow_bundle import BundleError, read_bundle, write_bundle
from counterfoil.bootstrap.flow_files import require_sound, starting_files
from counterfoil.flows.library import PAYMENT_TO_RECEIPT
from tests.unit.flows.samples import CALLING_FILES

GOOD = json.loads(write_bundle(starting_files(), PAYMENT_TO_RECEIPT))


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({f"tests/f{number}": "x" for number in range(501)}, "at most 500 files"),
        ({"../../../tmp/x": "x"}, "has no place in an exported flow"),
        ({"tests/.git/config": "x"}, "has no place in an exported flow"),
        ({"environments/production.yaml": "x"}, "has no place in an exported flow"),
        ({"tests/half": "\ud800"}, "has no place in an exported flow"),
        ({"tests/list": ["x"]}, "has no place in an exported flow"),
    ],
)
def test_a_hostile_export_is_refused_before_anything_is_written(files: dict[str, object], says: str) -> None:
    with pytest.raises(BundleError, match=says):
        read_bundle(json.dumps(GOOD | {"files": GOOD["files"] | files}))


def test_an_export_that_is_nested_without_end_is_no_export() -> None:
    with pytest.raises(BundleError, match="no exported flow"):
        read_bundle("[" * 200_000)


def test_an_export_holds_the_flows_that_are_called_however_deep() -> None:
    called = CALLING_FILES["flows/book_it.yaml"]
    deeper = called.replace("flow: book_it", "flow: deeper").partition("  match:")[0]
    deeper += "  match:\n    call: book_it\n    with: { money: money }\n    then: { done: done }\n"
    caller = CALLING_FILES["flows/caller.yaml"].replace("call: book_it", "call: deeper")
    files = {"flows/caller.yaml": caller, "flows/deeper.yaml": deeper, "flows/book_it.yaml": called}
    found = read_bundle(write_bundle(starting_files() | files, "caller"))
    assert found == files
    require_sound(found)
