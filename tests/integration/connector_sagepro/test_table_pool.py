from __future__ import annotations

import shutil
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from counterfoil.connectors.sagepro import table_pool
from counterfoil.connectors.sagepro.company import SageProCompany
from counterfoil.connectors.sagepro.discover import locate_tables
from counterfoil.connectors.sagepro.records import TableName
from counterfoil.connectors.sagepro.table_pool import TablePool
from counterfoil.connectors.sagepro.tables import Access, OpenTables, TableOpener
from counterfoil.foxpro.errors import TagMissingError
from counterfoil.ports.erp import Posted
from tests.support.sagepro_books import receipt
from tests.support.sagepro_site import Site


def open_tables(site: Site) -> set[str]:
    """The tables that this process has open."""
    names = set()
    for link in Path("/proc/self/fd").iterdir():
        with suppress(OSError):
            path = link.readlink()
            if path.is_relative_to(site.data) and path.suffix.lower() == ".dbf":
                names.add(path.name)
    return names


def pool_over(site: Site) -> TablePool:
    opener = TableOpener(site.profile, locate_tables(site.profile).paths, Access())
    return TablePool(lambda: OpenTables(opener, writable=False))


def test_what_came_back_is_lent_again_and_closed_at_the_end(site: Site) -> None:
    pool = pool_over(site)
    with pool.lend() as first:
        first.table(TableName.DOCUMENTS)
        with pool.lend() as second:
            assert second is not first
    with pool.lend() as third:
        assert third in {first, second}
    assert open_tables(site) == {"ARMAST01.DBF"}
    pool.close()
    assert open_tables(site) == set()


def test_after_an_error_the_tables_are_closed(site: Site) -> None:
    pool = pool_over(site)
    with pytest.raises(TagMissingError), pool.lend() as tables:
        tables.table(TableName.DOCUMENTS).seek("nonsense", "1")
    assert open_tables(site) == set()
    pool.close()


def test_what_is_lent_while_the_pool_closes_is_closed_when_it_comes_back(site: Site) -> None:
    pool = pool_over(site)
    with pool.lend() as tables:
        tables.table(TableName.DOCUMENTS)
        pool.close()
    assert open_tables(site) == set()


def test_a_table_that_was_replaced_meanwhile_is_opened_anew(site: Site, company: SageProCompany) -> None:
    company.post([receipt("ABC", {"1001": "1"}, transaction="1")])
    for path in site.data.glob("ARCASH01.*"):
        path.rename(path.with_name("old"))
        shutil.copy(path.with_name("old"), path)
    (answer,) = company.post([receipt("ABC", {"1001": "1"}, transaction="2")])
    assert isinstance(answer, Posted)
    assert len(site.read(TableName.CASH)) == 2


def test_no_table_stays_open_when_nothing_is_asked(site: Site, company: SageProCompany) -> None:
    company.find_references("1001")
    company.post([receipt("ABC", {"1001": "1"})])
    assert open_tables(site)
    patience = threading.Event()
    for _ in range(40):
        if not open_tables(site):
            break
        patience.wait(table_pool.AGE_MS_MAX / 20_000)
    assert open_tables(site) == set()


def test_paused_means_closed_at_once(site: Site, company: SageProCompany) -> None:
    company.find_references("1001")
    company.post([receipt("ABC", {"1001": "1"})])
    company.pause()
    assert open_tables(site) == set()
