"""A deployed flow holds the mappings and tables that it uses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.flows.definition import parse_flow
from counterfoil.flows.diff import diff_flows
from counterfoil.flows.document import read_document
from counterfoil.flows.errors import FlowError
from counterfoil.flows.linking import link, linked_flows, own_text
from counterfoil.flows.uses import write_uses
from counterfoil.flows.validate import read_flow
from counterfoil.runtime.catalogue import shipped_catalogue
from tests.unit.flows.samples import MAPPED_FILES, MAPPED_FLOW, WORDS

TABLE = "tables/tenders.csv"
STATUS = "tables/words_of_status.csv"
MAPPING = "mappings/words.yaml"


def whole(**changed: str) -> str:
    """The linked flow of a workspace where files are changed, by the first word of their path."""
    paths = {"table": TABLE, "mapping": MAPPING}
    return linked_flows(MAPPED_FILES | {paths[word]: text for word, text in changed.items()})["mapped"]


def version(text: str) -> str:
    return read_flow(text, shipped_catalogue()).version


def test_a_whole_flow_begins_with_what_people_wrote_and_holds_what_it_uses() -> None:
    text = whole()
    flow = read_flow(text, shipped_catalogue())
    assert own_text(text, flow).rstrip() == MAPPED_FLOW.rstrip()
    assert flow.uses.texts == {
        "flows": {},
        "mappings": {"words": WORDS},
        "tables": {"tenders": MAPPED_FILES[TABLE], "words_of_status": MAPPED_FILES[STATUS]},
    }


def test_a_flow_that_uses_nothing_stays_as_it_is() -> None:
    head = MAPPED_FLOW.partition("nodes:")[0]
    text = head + "nodes:\n  read: { do: payment.normalise, then: { payment: done } }\n"
    assert link(text, MAPPED_FILES) == text


def test_a_changed_row_or_mapping_is_another_version_and_a_comment_in_a_mapping_is_none() -> None:
    first = version(whole())
    rows = MAPPED_FILES[TABLE].replace("11000-100", "11000-200")
    assert version(whole(table=rows)) != first
    other = WORDS.replace("keep: end", "keep: start")
    assert version(whole(mapping=other)) != first
    assert version(whole(mapping=f"# a word\n{WORDS}")) == first


def test_a_difference_between_versions_is_told_by_rule_and_row() -> None:
    rows = MAPPED_FILES[TABLE].replace("11000-100", "11000-200")
    other = whole(table=rows, mapping=WORDS.replace("keep: end", "keep: start", 1))
    told = list(diff_flows(parse_flow(whole()), parse_flow(other)))
    assert told == [
        "mapping words: map.number.then.2.truncate.keep: end -> start",
        "table tenders: row removed: tender card, account 11000-100",
        "table tenders: row added: tender card, account 11000-200",
    ]


@pytest.mark.parametrize(
    ("gone", "message"),
    [
        (MAPPING, "no mapping 'words'; it lies in mappings/words.yaml of the workspace"),
        (TABLE, "no table 'tenders'"),
    ],
)
def test_what_is_missing_is_told_by_the_node_that_wants_it(gone: str, message: str) -> None:
    files = {path: text for path, text in MAPPED_FILES.items() if path != gone}
    with pytest.raises(FlowError) as caught:
        read_flow(link(MAPPED_FLOW, files), shipped_catalogue())
    assert message in str(caught.value)


def test_a_mapping_that_is_not_sound_is_told_with_its_own_line() -> None:
    files = MAPPED_FILES | {MAPPING: WORDS.replace("truncate", "trunkate")}
    with pytest.raises(FlowError, match=r"mapping words, line \d+: .*did you mean 'truncate'"):
        link(MAPPED_FLOW, files)


def test_people_do_not_write_what_is_used_into_a_flow() -> None:
    with pytest.raises(FlowError, match="uses is written when a flow is deployed; take it out"):
        link(whole(), MAPPED_FILES)


@given(st.text())
def test_whatever_a_text_holds_it_comes_back_as_it_was(text: str) -> None:
    document = read_document(write_uses(tables={"any": text})).fields((), ("uses",))["uses"]
    found = document.fields((), ("tables",))["tables"].fields((), ("any",))["any"].raw()
    assert found == text
