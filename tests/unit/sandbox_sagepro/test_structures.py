from __future__ import annotations

import pytest

from counterfoil.foxpro.expressions.compiler import compile_key
from counterfoil.foxpro.records.fields import Field, placed
from counterfoil.sandbox.sagepro.structures import SOURCES, structure, structures
from counterfoil.sandbox.sagepro.structures.columns import (
    PRESETS,
    PRO_VFP,
    WIDE,
    Block,
    Column,
    Mark,
    Structure,
    StructureError,
    Tag,
    Widths,
    verified,
)

NEEDED_TAGS = {
    "arcust": {"custno": "custno", "company": "upper(company)", "deleted": "deleted()"},
    "armast": {"invno": "invno", "custno": "custno+invno", "ornum": "ornum"},
    "arymst": {"invno": "invno", "custno": "custno+invno", "ornum": "ornum"},
    "artran": {"invno": "invno", "sono": "sono"},
    "arcash": {"invno": "invno", "custno": "custno+invno", "refno": "refno"},
    "ardist": {"invno": "invno"},
    "somast": {"sono": "sono"},
    "soymst": {"sono": "sono"},
    "iciloc": {"item1": "item+loctid"},
    "iciqty": {"item5": "item+loctid+qstore"},
    "icitem": {"item": "item"},
    "glacnt": {"glacnt": "glacnt"},
    "sysdata": {"sysid": "sysid"},
    "sycrlst": {"ruleid": "ruleid+chrvl"},
}


def fields(found: Structure) -> tuple[Field, ...]:
    return placed([Field(each.name, each.type, each.width, each.decimals) for each in found.columns])


@pytest.mark.parametrize("widths", PRESETS, ids=lambda widths: widths.name)
def test_every_tag_is_an_expression_over_the_table(widths: Widths) -> None:
    for found in structures(widths):
        for tag in found.tags:
            assert compile_key(tag.expression, fields(found), "cp1252").length > 0, (found.table, tag.name)


def test_the_tags_that_programs_search_by_are_there() -> None:
    for table, tags in NEEDED_TAGS.items():
        found = {tag.name: tag.expression for tag in structure(table, PRO_VFP).tags}
        assert found.items() >= tags.items(), table


def test_the_customer_number_and_the_item_number_widen_together_everywhere() -> None:
    for found in structures(PRO_VFP):
        for column in found.columns:
            other = structure(found.table, WIDE).column(column.name)
            expected = {"custno": 10, "nlacno": 10, "item": 25, "altitm1": 25, "altitm2": 25}
            assert other.width == expected.get(column.name, column.width), (found.table, column.name)


def test_every_column_and_tag_names_a_source_that_the_page_explains() -> None:
    for found in structures(PRO_VFP):
        known: list[Column | Tag] = [*found.columns, *found.tags]
        for each in known:
            assert each.source in SOURCES, (found.table, each.name)
            assert (each.mark is Mark.PROPOSED) or each.source != "own", (found.table, each.name)


def test_history_tables_have_the_columns_of_the_current_ones() -> None:
    for current, history in (("armast", "arymst"), ("artran", "arytrn"), ("arcash", "arycsh")):
        assert structure(current, PRO_VFP).columns == structure(history, PRO_VFP).columns


def test_no_card_number_column_exists() -> None:
    names = {column.name for found in structures(PRO_VFP) for column in found.columns}
    assert names.isdisjoint({"cc_num", "cc_exp", "ccno", "ccdate"})


@pytest.mark.parametrize("text", ["custno", "custno X6", "customernumber C6", "9no C6", "custno C"])
def test_a_column_written_wrongly_is_refused(text: str) -> None:
    with pytest.raises((StructureError, TypeError)):
        list(verified("own", text).columns(PRO_VFP))


def test_a_column_that_stands_twice_is_refused() -> None:
    block = Block(Mark.VERIFIED, "own", "custno C6, custno C6")
    base = structure("glstru", PRO_VFP)
    with pytest.raises(StructureError, match="column custno stands twice"):
        Structure("twice", base.folder, "", tuple(block.columns(PRO_VFP)), ())
