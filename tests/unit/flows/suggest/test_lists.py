from __future__ import annotations

import pytest

from counterfoil.bootstrap.flow_files import require_sound
from counterfoil.flows.diff import diff_files
from counterfoil.flows.document import read_document
from counterfoil.flows.errors import FlowError
from counterfoil.flows.mapping.definition import parse_mapping
from counterfoil.flows.mapping.library import read_library_mapping
from counterfoil.flows.mapping.plan import read_mapping
from counterfoil.flows.mapping.types import read_type
from counterfoil.flows.paths import Part, path_of
from counterfoil.flows.suggest.draft import draft_mapping, draft_name
from counterfoil.flows.suggest.fields import ListedField
from counterfoil.flows.suggest.learned import Learned, read_learned, write_learned
from counterfoil.flows.suggest.lists import FIELDS_MAX, fields_of, read_csv_fields, read_fields
from counterfoil.flows.suggest.suggesting import suggest
from counterfoil.ports.errors import ConfigurationError

YAML = """
fields:
  - name: invoice_id
    label: Invoice number
    type: text 10
    example: INV-1
  - name: note
  - amount
"""
CSV = "Name,Label,Type,Example\ninvoice_id,Invoice number,text 10,INV-1\nnote\namount\n"
JSON = """[
  {"name": "invoice_id", "label": "Invoice number", "type": "text 10", "example": "INV-1"},
  "note", "amount"
]"""
TEN = read_type(read_document("text 10"))
WANTED = (
    ListedField(name="invoice_id", label="Invoice number", type=TEN, example="INV-1"),
    ListedField(name="note"),
    ListedField(name="amount"),
)


def test_the_three_ways_to_write_a_list_say_the_same() -> None:
    assert read_fields(YAML) == read_fields(JSON) == read_csv_fields(CSV) == WANTED


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("fields: 1", "a list of fields belongs here"),
        ("- {name: a, lable: x}", "unknown entry 'lable'; did you mean 'label'?"),
        ("- {name: a, type: texxt 3}", "no type 'texxt'"),
        ("- {name: 'a b'}", "is no name of a field"),
        ("- {name: '../../x'}", "is no name of a field"),
        ("- a\n- a", "'a' stands twice"),
        ('- {name: a, label: "x\\ny"}', "one line"),
        ("- {label: x}", "'name' is missing"),
        ("[]", "names no field"),
        ("\n".join(f"- f{n}" for n in range(FIELDS_MAX + 1)), "at most 500"),
        ("- [a]", "named entries belong here"),
    ],
)
def test_what_is_no_list_is_told(text: str, told: str) -> None:
    with pytest.raises(FlowError, match=told.replace("?", r"\?").replace("(", r"\(")):
        read_fields(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("label\nx\n", "line 1: the columns are name"),
        ("name,name\na,b\n", "line 1: the columns are name"),
        ("name\na,b\n", "line 2: more cells than columns"),
        ("name,type\na,text 10\nb,money XX\n", "line 3: fields: 'money XX' is no type"),
        ("", "line 1"),
    ],
)
def test_what_is_no_csv_list_is_told(text: str, told: str) -> None:
    with pytest.raises(FlowError, match=told):
        read_csv_fields(text)


def test_a_mapping_gives_its_source_and_the_targets_without_a_rule() -> None:
    text = read_library_mapping("payment_to_receipt")
    source, target = fields_of(parse_mapping(text))
    assert "amount" in {each.name for each in source}
    assert target == ()
    _, open_ones = fields_of(parse_mapping(text.replace("\n  amount: amount\n", "\n")))
    assert [str(each.type) for each in open_ones] == ["number 12,2"]


def test_answers_are_read_as_they_were_written() -> None:
    learned = Learned().accept("b", "x.y").refuse("a", "z").refuse("a", "no").accept("a", "z")
    assert write_learned(learned).endswith("accepted:\n  a: z\n  b: x.y\nrefused:\n  a: [no]\n")
    assert read_learned(write_learned(learned)) == learned
    assert read_learned(write_learned(Learned())) == Learned()


@pytest.mark.parametrize(
    "text",
    ["accepted: [a]", "accepted: {a: {b: c}}", "liked: {a: b}", "refused: {'a b': c}", "refused: {a: ['-']}"],
)
def test_what_are_no_answers_is_told(text: str) -> None:
    with pytest.raises(FlowError):
        read_learned(text)


def test_a_draft_has_rules_for_what_is_sure_alone_and_is_a_mapping() -> None:
    sources = (*WANTED, ListedField(name="memo_of_shop", label="Memo # of: the {shop}"))
    targets = tuple(ListedField(name=name) for name in ("invno", "amount", "colour"))
    text = draft_mapping(draft_name("My Draft-1"), sources, targets, suggest(sources, targets))
    assert "\n  invno: invoice_id # high" in text
    assert "\n  # colour: nothing is sure" in text
    mapping = parse_mapping(text)
    assert (mapping.name, {*mapping.rules}) == ("my_draft_1", {"invno", "amount"})
    assert read_mapping(text.replace("colour: text", "colour: optional text"), lambda _: None, ()).targets


@pytest.mark.parametrize(
    ("stem", "name"), [("Pay", "pay"), ("7 up", "mapping_7_up"), ("", "mapping"), ("-", "mapping")]
)
def test_a_draft_is_named_by_its_file(stem: str, name: str) -> None:
    assert draft_name(stem) == name


def test_answers_are_kept_with_a_workspace_and_checked_when_it_is_saved() -> None:
    path = path_of(Part.SUGGESTIONS, "shop")
    good = write_learned(Learned().accept("invno", "invoice_id"))
    require_sound({path: good})
    assert [*diff_files({path: good}, {path: good.replace("invoice_id", "note")})] == [
        "suggestions/shop.yaml: accepted.invno: invoice_id -> note"
    ]
    with pytest.raises(ConfigurationError, match=r"suggestions/shop\.yaml"):
        require_sound({path: "accepted: [invno]"})
