"""New and changed customers and delivery addresses, on real tables."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from counterfoil.connectors.sagepro.records import TableName
from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.facts.reversal import ReversalFact
from counterfoil.foxpro.records.fields import Value
from counterfoil.foxpro.table import Table
from counterfoil.ports.erp import AlreadyPosted, Busy, Changed, Posted, PostingAnswer, Preview, Refused
from tests.support.customers import CUSTOMER_TEXT, assuming, change, new_customer, ship_to, told
from tests.support.meddling import group_over, once
from tests.support.order_site import order_site
from tests.support.orders import order_profile
from tests.support.sagepro_site import BOOKS, Site, customer

WHOLE = new_customer(
    contact="Ann Lee", address_1="1 Mill Rd", city="Duluth", state="MN", zip="55801", email="ann@new.example"
)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    own = {"address1": "9 Old St", "city": "Duluth", "email": "old@abc.example", "sitefld": "KEEP"}
    customers = [customer("ABC", "180", aracct="1101-000", salesmn="AB", **own), customer("XYZ", "50")]
    addresses = [{"custno": "ABC", "cshipno": "1", "company": "ABC East", "city": "Saint Paul"}]
    return order_site(
        tmp_path / "site", {**BOOKS, TableName.CUSTOMERS: customers, TableName.SHIP_TOS: addresses}
    )


def post(site: Site, *facts: Fact, text: str = CUSTOMER_TEXT) -> list[PostingAnswer]:
    profile = order_profile(text).model_copy(update={"system_folder": site.folder})
    with site.open(profile) as company:
        return list(company.post(facts))


def text(row: Mapping[str, Value], *names: str) -> list[str]:
    return [str(row[name]).rstrip() for name in names]


def test_a_new_customer_bears_what_the_shop_told_and_the_site_s_defaults(site: Site) -> None:
    (answer,) = post(site.build(), WHOLE)
    assert isinstance(answer, Posted), answer
    assert answer.document == "W00001"
    row = site.one(TableName.CUSTOMERS, custno="W00001")
    assert text(row, "company", "contact", "city", "addrstate", "email") == [
        *("New Ltd", "Ann Lee", "Duluth", "MN", "ann@new.example")
    ]
    assert text(row, "pterms", "gllink", "statfmt", "currency", "adduser") == [
        *("Net 30", "DEF", "O", "USD", "CFOL")
    ]
    assert (row["pnet"], row["tax"], row["balance"], row["onorder"]) == (30, 7.5, 0, 0)
    assert row["entered"] == date(2026, 11, 23)
    assert row["lastpay"] is None
    assert post(site, WHOLE) == [AlreadyPosted(first=answer)]
    (second,) = post(site, new_customer("c2"))
    assert isinstance(second, Posted)
    assert second.document == "W00002"
    assert site.findings() == []


def test_a_number_that_the_shop_gives_is_taken_once(site: Site) -> None:
    (taken,) = post(site.build(), new_customer(number="ABC"))
    assert isinstance(taken, Refused)
    assert "customer ABC exists" in taken.why
    first, second = post(site, new_customer("c2", number="NEW"), new_customer("c3", number="NEW"))
    assert isinstance(first, Posted)
    assert isinstance(second, Busy)


def test_a_customer_whom_somebody_adds_meanwhile_is_not_added_twice(site: Site) -> None:
    def add() -> None:
        with Table.open(site.path(TableName.CUSTOMERS), writable=True) as table:
            table.append({"custno": "NEW", "company": "Theirs"})

    fact = new_customer(number="NEW")
    profile = order_profile(CUSTOMER_TEXT).model_copy(update={"system_folder": site.build().folder})
    with group_over(site, once(add), profile) as group:
        assert isinstance(group.write([fact])[fact.key], Refused)
    assert text(site.one(TableName.CUSTOMERS, custno="NEW"), "company") == ["Theirs"]


def test_only_what_is_told_changes(site: Site) -> None:
    before = site.build().one(TableName.CUSTOMERS, custno="ABC")
    (answer,) = post(site, change(told(city="Fargo", email="new@abc.example")))
    assert isinstance(answer, Posted), answer
    (row,) = answer.rows
    assert [(one.field, one.before, one.after) for one in row.fields] == [
        ("city", "Duluth", "Fargo"),
        ("email", "old@abc.example", "new@abc.example"),
    ]
    after = site.one(TableName.CUSTOMERS, custno="ABC")
    assert after == {**before, "city": after["city"], "email": "new@abc.example"}
    assert text(after, "city", "sitefld") == ["Fargo", "KEEP"]
    assert site.findings() == []


def test_what_stands_there_already_is_posted_without_a_row(site: Site) -> None:
    (answer,) = post(site.build(), change(told(city="Duluth")))
    assert isinstance(answer, Posted), answer
    assert answer.rows == ()


def test_a_change_that_rests_on_another_value_is_decided_anew(site: Site) -> None:
    (answer,) = post(site.build(), change(assuming("city", "Fargo", "Saint Paul")))
    assert isinstance(answer, Changed)
    assert answer.why == "arcust.city holds 'Duluth', not 'Saint Paul': somebody changed it meanwhile"
    (answer,) = post(site, change(assuming("city", "Fargo", "Duluth")))
    assert isinstance(answer, Posted)


def test_what_a_clerk_changes_meanwhile_is_seen(site: Site) -> None:
    fact = change(assuming("city", "Fargo", "Duluth"))
    profile = order_profile(CUSTOMER_TEXT).model_copy(update={"system_folder": site.build().folder})
    edit = once(lambda: site.edit(TableName.CUSTOMERS, "ABC", city="Omaha"))
    with group_over(site, edit, profile) as group:
        assert isinstance(group.write([fact])[fact.key], Changed)
    assert text(site.one(TableName.CUSTOMERS, custno="ABC"), "city") == ["Omaha"]


@pytest.mark.parametrize(
    ("fact", "why"),
    [
        (change(told(city="Fargo"), number="NOPE"), "customer NOPE does not exist"),
        (change(told(zip="5" * 11)), "arcust01.zip: '55555555555' needs 11 characters, the field has 10"),
        (new_customer(number="TOOLONG"), "arcust01.custno: 'TOOLONG' needs 7 characters, the field has 6"),
        (ship_to("x", "7", is_new=False, city="Fargo"), "customer ABC has 0 delivery addresses 7"),
        (ship_to("x", "1"), "has a delivery address 1"),
    ],
)
def test_what_cannot_be_written_is_named(site: Site, fact: Fact, why: str) -> None:
    (answer,) = post(site.build(), fact)
    assert isinstance(answer, Refused), answer
    assert why in answer.why


def test_a_column_that_the_site_lacks_is_named(site: Site) -> None:
    site.drop(TableName.CUSTOMERS, "email")
    (answer,) = post(site.build(), change(told(email="a@b.example")))
    assert isinstance(answer, Refused)
    assert "table arcust has no column email" in answer.why


def test_without_a_rule_nobody_is_numbered(site: Site) -> None:
    (answer,) = post(site.build(), WHOLE, text="")
    assert isinstance(answer, Refused)
    assert "numbering.customers" in answer.why


def test_a_customer_on_a_screen_is_waited_for(site: Site) -> None:
    site.build().edit(TableName.CUSTOMERS, "ABC", lckstat="L", lckuser="MARY")
    (answer,) = post(site, change(told(city="Fargo")))
    assert isinstance(answer, Busy)


def test_delivery_addresses_are_numbered_within_their_customer_and_changed(site: Site) -> None:
    first, second = post(site.build(), ship_to("a1", city="Fargo"), ship_to("a2", city="Omaha"))
    assert isinstance(first, Posted), first
    assert isinstance(second, Posted), second
    assert (first.document, second.document) == ("2", "3")
    row = site.one(TableName.SHIP_TOS, custno="ABC", cshipno="2")
    assert text(row, "company", "city", "salesmn", "defaship") == ["Dock", "Fargo", "AB", "N"]
    (changed,) = post(site, ship_to("a3", "2", is_new=False, city="Bismarck"))
    assert isinstance(changed, Posted), changed
    assert text(site.one(TableName.SHIP_TOS, custno="ABC", cshipno="2"), "city") == ["Bismarck"]
    assert text(site.one(TableName.SHIP_TOS, custno="ABC", cshipno="1"), "city") == ["Saint Paul"]
    assert site.findings() == []


def test_a_site_without_the_table_of_addresses_is_told(site: Site) -> None:
    site.tables = [name for name in site.tables if name is not TableName.SHIP_TOS]
    (answer,) = post(site.build(), ship_to())
    assert isinstance(answer, Refused)
    assert "arcadr was not found" in answer.why


def test_a_customer_is_not_taken_back_but_told_anew(site: Site) -> None:
    post(site.build(), WHOLE)
    fact = ReversalFact(
        key=WHOLE.key.reversal, reverses=WHOLE.key, reversed_on=date(2026, 11, 22), reason="mistake"
    )
    (answer,) = post(site, fact)
    assert isinstance(answer, Refused)
    assert "tell the former values" in answer.why


def test_a_preview_tells_the_row_and_draws_nothing(site: Site) -> None:
    profile = order_profile(CUSTOMER_TEXT).model_copy(update={"system_folder": site.build().folder})
    with site.open(profile) as company:
        for _ in range(2):
            preview = company.preview(WHOLE)
            assert isinstance(preview, Preview)
            values = {one.field: one.after for one in preview.rows[0].fields}
            assert (values["custno"], values["tax"]) == ("W00001", str(Decimal("7.50")))
