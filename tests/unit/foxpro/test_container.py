"""Tables of database containers: long names, and rules that only FoxPro runs."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.foxpro import Field, Table, TagSpec, create_table
from counterfoil.foxpro.checking.table_check import check_table
from counterfoil.foxpro.containers.container import Property, Relation, parse_properties, with_long_names
from counterfoil.foxpro.containers.membership import ContainerUse, find_from, read_container
from counterfoil.foxpro.containers.permission import Accepted
from counterfoil.foxpro.creation import build_index
from counterfoil.foxpro.errors import (
    FieldMissingError,
    ReadOnlyTableError,
    TableFormatError,
    TableMissingError,
)
from counterfoil.foxpro.index.reindex import reindex
from counterfoil.foxpro.records.fields import NULL_FLAGS, SYSTEM, Counter
from tests.unit.foxpro.containers import Thing, create_container, encoded, link, things_of

NAMES = ("customer_number", "customer_name", "city")
SHORT = ("customer_n", "customer_2", "city")
FREELY = Accepted({"clients": ContainerUse.NO_RULES})
BYPASSING = Accepted({"clients": ContainerUse.RULES_BYPASSED})


def company(folder: Path, things: list[Thing] | None = None, backlink: str = "books.dbc") -> Path:
    """A table of three fields, two of which have long names, in a container; tags speak of long names."""
    create_container(folder / "books.dbc", things_of("Clients", NAMES) if things is None else things)
    path = folder / "clients.dbf"
    rows = [{"customer_n": f"C{n}", "customer_2": f"Client {n}", "city": "Rome"} for n in range(3)]
    create_table(path, [Field(name, "C", 12) for name in SHORT], rows=rows)
    link(path, backlink)
    if things is None:
        build_index(path, [TagSpec("number", "customer_number", candidate=True), TagSpec("city", "city")])
    return path


def with_property(where: str, number: Property, text: str) -> list[Thing]:
    """The company's container with one property added to the object of that name."""
    return [
        replace(thing, properties={**thing.properties, number: text}) if thing.name == where else thing
        for thing in things_of("Clients", NAMES)
    ]


def test_fields_have_their_long_names_and_no_others(tmp_path: Path) -> None:
    path = company(tmp_path)
    with Table.open(path) as table:
        assert [field.name for field in table.fields] == list(NAMES)
        assert table.read(2)["customer_name"] == "Client 1"
        assert table.seek("number", "C2") == 3
        assert table.tags["number"].refusal == ""
        with pytest.raises(FieldMissingError):
            table.codec.field("customer_n")
        assert table.membership
        assert table.membership.path == tmp_path / "books.dbc"
    assert check_table(path) == []


def test_a_container_is_read_whole(tmp_path: Path) -> None:
    things = [
        *things_of("Clients", NAMES, rule="city<>''", primary_key="number", comment="all of them"),
        Thing("Field", "caf\xe9", 2, {Property.CAPTION: "Caf\xe9", Property.COMMENT: "where"}),
        Thing("Table", "Orders", properties={Property.PATH: "sub\\orders.dbf"}),
        Thing(
            "Relation",
            "Relation 1",
            7,
            {Property.CHILD_TAG: "client", Property.PARENT_TABLE: "Clients", Property.PARENT_TAG: "number"},
            integrity="CRI",
        ),
        Thing("View", "late_payers"),
        Thing("Field", "of_a_view", 9),
        Thing("Connection", "remote", properties={Property.COMMENT: "secret"}),
        Thing("Database", "StoredProceduresSource", code="FUNCTION NewID"),
        Thing("Field", "of_nothing", 99),
    ]
    create_container(tmp_path / "books.dbc", things)
    with Table.open(tmp_path / "books.dbc") as table:
        assert table.storage.header.flags == 7
    container = read_container(tmp_path / "BOOKS.DBC")
    clients, orders = container.tables
    relation = Relation("orders", "client", "clients", "number", "CRI")
    assert (clients.name, clients.rule, clients.primary_key) == ("clients", "city<>''", "number")
    assert [field.name for field in clients.fields] == [*NAMES, "caf\xe9"]
    assert (clients.fields[3].caption, clients.fields[3].comment) == ("Caf\xe9", "where")
    assert (orders.file, orders.fields) == ("sub\\orders.dbf", ())
    assert clients.relations == orders.relations == (relation,)
    assert list(orders.duties()) == ["the integrity of orders and clients (CRI)"]
    assert (container.views, container.connections) == (("late_payers",), ("remote",))
    assert container.has_procedures


def test_a_container_itself_is_never_written(tmp_path: Path) -> None:
    create_container(tmp_path / "books.dbc", things_of("Clients", NAMES))
    with (
        Table.open(tmp_path / "books.dbc", writable=True, accepted=BYPASSING) as table,
        pytest.raises(ReadOnlyTableError, match="a database container, which FoxPro alone writes"),
    ):
        table.delete(1)
    before = (tmp_path / "books.dcx").read_bytes()
    with pytest.raises(ReadOnlyTableError, match="a database container, which FoxPro alone writes"):
        reindex(tmp_path / "books.dbc")
    assert (tmp_path / "books.dcx").read_bytes() == before


def test_the_tags_of_a_containers_table_are_built_anew_by_their_long_names(tmp_path: Path) -> None:
    path = company(tmp_path)
    assert reindex(path).keys == {"number": 3, "city": 3}
    assert check_table(path) == []


def test_objects_that_were_dropped_do_not_count(tmp_path: Path) -> None:
    create_container(tmp_path / "books.dbc", things_of("Clients", NAMES))
    with (tmp_path / "books.dbc").open("r+b") as file:
        length = int.from_bytes(file.read(12)[8:10], "little")
        file.seek(length + 3 * 165)
        file.write(b"*")
    (clients,) = read_container(tmp_path / "books.dbc").tables
    assert [field.name for field in clients.fields] == ["customer_number", "city"]


@pytest.mark.parametrize(
    ("accepted", "reason"),
    [
        (
            Accepted(),
            "belongs to the database books.dbc (no rule is known of it).*list clients as 'no-rules'",
        ),
        (Accepted({"others": ContainerUse.NO_RULES}), "list clients as 'no-rules'"),
        (FREELY, ""),
        (BYPASSING, ""),
    ],
)
def test_a_table_without_rules_is_written_when_it_is_listed(
    tmp_path: Path, accepted: Accepted, reason: str
) -> None:
    path = company(tmp_path)
    before = {file: file.read_bytes() for file in tmp_path.glob("books.*")}
    with Table.open(path, writable=True, accepted=accepted) as table:
        if reason:
            with pytest.raises(ReadOnlyTableError, match=reason.replace("(", r"\(").replace(")", r"\)")):
                table.append({})
            return
        assert table.append({"customer_number": "C9", "city": "Bari"}) == 4
        table.update(1, {"customer_number": "C7"})
        assert (table.seek("number", "C9"), table.seek("number", "C0")) == (4, None)
    assert check_table(path) == []
    assert before == {file: file.read_bytes() for file in tmp_path.glob("books.*")}
    assert len(before) == 3


RULES = [
    ("Clients", Property.RULE, "city<>' '", "the rule city<>' '"),
    ("Clients", Property.INSERT_TRIGGER, "added()", "the insert trigger added()"),
    ("Clients", Property.UPDATE_TRIGGER, "changed()", "the update trigger changed()"),
    ("Clients", Property.DELETE_TRIGGER, "gone()", "the delete trigger gone()"),
    ("city", Property.RULE, "city>'A'", "the rule city>'A' of city"),
    ("customer_number", Property.DEFAULT, "newid()", "the default newid() of customer_number"),
]


@pytest.mark.parametrize(("where", "number", "text", "duty"), RULES)
def test_a_table_with_rules_is_written_only_when_they_are_named_as_bypassed(
    tmp_path: Path, where: str, number: Property, text: str, duty: str
) -> None:
    path = company(tmp_path, with_property(where, number, text))
    for accepted in (Accepted(), FREELY):
        with Table.open(path, writable=True, accepted=accepted) as table:
            assert table.read_only_reason
            assert f"FoxPro applies {duty}" in table.read_only_reason
            assert "list clients as 'rules-bypassed'" in table.read_only_reason
    with Table.open(path, writable=True, accepted=BYPASSING) as table:
        assert table.append({"customer_number": "C9"}) == 4


def test_comments_and_captions_are_no_rules(tmp_path: Path) -> None:
    things = with_property("city", Property.CAPTION, "City")
    things[0] = replace(things[0], properties={**things[0].properties, Property.COMMENT: "all of them"})
    with Table.open(company(tmp_path, things), writable=True, accepted=FREELY) as table:
        assert table.read_only_reason is None


@pytest.mark.parametrize(
    ("integrity", "enforced"), [("", False), ("III", False), ("RII", True), ("ICI", True), ("IIR", True)]
)
def test_a_relation_counts_where_it_cascades_or_restricts(
    tmp_path: Path, integrity: str, enforced: bool
) -> None:
    relation = Thing("Relation", "Relation 1", 2, {Property.PARENT_TABLE: "Clients"}, integrity=integrity)
    path = company(tmp_path, [*things_of("Clients", NAMES), relation])
    with Table.open(path, writable=True, accepted=FREELY) as table:
        assert bool(table.read_only_reason) is enforced


def test_a_table_whose_container_is_gone_reads_with_short_names_and_is_not_written(tmp_path: Path) -> None:
    path = company(tmp_path, [])
    (tmp_path / "books.dbc").unlink()
    with Table.open(path, writable=True, accepted=BYPASSING) as table:
        assert table.read(1)["customer_n"] == "C0"
        with pytest.raises(ReadOnlyTableError, match=r"database books\.dbc, but that file is not where"):
            table.append({})


@pytest.mark.parametrize(
    "things",
    [
        things_of("Others", NAMES),
        things_of("Clients", NAMES[:2]),
        things_of("Clients", ("customer_name", "customer_number", "town")),
        [Thing("Table", "Clients", properties={Property.PATH: "elsewhere\\clients.dbf"})],
    ],
)
def test_a_container_that_knows_another_table_gives_no_names(tmp_path: Path, things: list[Thing]) -> None:
    with Table.open(company(tmp_path, things), writable=True, accepted=BYPASSING) as table:
        assert [field.name for field in table.fields] == list(SHORT)
        assert "knows the table not or with other fields" in str(table.read_only_reason)


def test_a_container_that_cannot_be_read_gives_no_names(tmp_path: Path) -> None:
    path = company(tmp_path, things_of("Clients", NAMES))
    memo = tmp_path / "books.dct"
    memo.write_bytes(memo.read_bytes()[:520])
    with Table.open(path, writable=True, accepted=BYPASSING) as table:
        assert [field.name for field in table.fields] == list(SHORT)
        assert "but it cannot be read: books: memo block" in str(table.read_only_reason)


@pytest.mark.parametrize("backlink", [".", "..", "clients.dbf", "x" * 260, "a\x01:*?<>|", "C:"])
def test_a_backlink_that_is_garbage_leaves_the_table_readable(tmp_path: Path, backlink: str) -> None:
    with Table.open(company(tmp_path, [], backlink), writable=True, accepted=BYPASSING) as table:
        assert table.read(1)["customer_n"] == "C0"
        assert table.read_only_reason


def test_what_is_no_container_is_named(tmp_path: Path) -> None:
    create_table(tmp_path / "books.dbf", [Field("a", "C", 3)])
    (tmp_path / "books.dbf").rename(tmp_path / "books.dbc")
    with pytest.raises(TableFormatError, match="is no database container"):
        read_container(tmp_path / "books.dbc")


@pytest.mark.parametrize("backlink", ["BOOKS.dbc", "..\\Data\\books.DBC", ".\\books.dbc"])
def test_the_backlink_is_followed_in_whatever_case(tmp_path: Path, backlink: str) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    with Table.open(company(folder, backlink=backlink)) as table:
        assert table.membership
        assert table.membership.problem == ""
        assert table.fields[0].name == NAMES[0]


@pytest.mark.parametrize("written", ["C:\\data\\books.dbc", "\\\\server\\share\\books.dbc", "nowhere\\b.dbc"])
def test_a_path_of_another_machine_is_a_missing_container(tmp_path: Path, written: str) -> None:
    with pytest.raises(TableMissingError, match="database container not found"):
        find_from(tmp_path, written)


@pytest.mark.parametrize(
    ("short", "names", "fits"),
    [
        (("a", "b"), ("a", "b"), True),
        (("a",), ("b",), False),
        (("customer_n",), ("customer_number",), True),
        (("customer_2",), ("customer_number",), True),
        (("customer_n",), ("customary_thing",), False),
        (("customer_n",), ("customer_name", "b"), False),
    ],
)
def test_long_names_must_fit_the_names_of_the_header(
    short: tuple[str, ...], names: tuple[str, ...], fits: bool
) -> None:
    hidden = Field("_nullflags", NULL_FLAGS, 1, flags=SYSTEM)
    named = with_long_names([*(Field(name, "C", 1) for name in short), hidden], names)
    assert ([field.name for field in named] if named else None) == ([*names, "_nullflags"] if fits else None)


def test_properties_are_read_up_to_the_zero_byte() -> None:
    data = encoded({1: "a.dbf", 9: "x>0"}) + b"\x09\0\0\0\x02\0\x01\x01Z\0"[:9]
    assert parse_properties(data, "books", "cp1252") == {1: "a.dbf", 9: "x>0", 257: "Z"}


@pytest.mark.parametrize(
    "data",
    [
        b"\x08",
        b"\0\0\0\0\x01\0\x02",
        b"\x09\0\0\0\x01\0\x02\x01",
        b"\x08\0\0\0\x09\0\x02\x01",
        b"\x07\0\0\0\x01\0",
    ],
)
def test_properties_that_run_past_their_end_are_damage(data: bytes) -> None:
    with pytest.raises(TableFormatError, match="a property of the database container"):
        parse_properties(data, "books", "cp1252")


@given(st.binary(max_size=60))
def test_properties_of_any_bytes_are_read_or_are_damage(data: bytes) -> None:
    with suppress(TableFormatError):
        parse_properties(data, "books", "cp1252")


@given(st.dictionaries(st.integers(0, 255), st.text(st.characters(codec="ascii", exclude_characters="\0"))))
def test_properties_are_read_back(properties: dict[int, str]) -> None:
    assert parse_properties(encoded(properties), "books", "cp1252") == properties


def test_a_numbered_field_has_its_long_name_in_check_and_appends(tmp_path: Path) -> None:
    create_container(tmp_path / "books.dbc", things_of("Clients", ("customer_number", "city")))
    path = tmp_path / "clients.dbf"
    create_table(path, [Field("customer_n", "I", counter=Counter(7, 1)), Field("city", "C", 12)])
    link(path, "books.dbc")
    with Table.open(path, writable=True, accepted=FREELY) as table:
        assert table.read(table.append({"city": "Rome"}))["customer_number"] == 7
    assert check_table(path) == []
