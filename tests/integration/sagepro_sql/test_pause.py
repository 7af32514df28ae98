"""A paused company lets go of the database, so that it can be restored or taken offline."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait

import pytest

from counterfoil.connectors.sagepro.company import SageProCompany
from counterfoil.connectors.sagepro.sql_backend import SqlBackend
from counterfoil.domain.identifiers import CustomerNumber
from counterfoil.ports.erp import Posted
from counterfoil.ports.errors import TransientError
from tests.support.sagepro_books import receipt
from tests.support.sagepro_sql_site import SqlSite

OTHERS = (
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)


ASKED_MAX = 400


def has_let_go(site: SqlSite) -> bool:
    """The server may end a session a moment after its client did; each question takes milliseconds."""
    return any(site.ask(OTHERS) == [(0,)] for _ in range(ASKED_MAX))


def test_a_paused_company_has_no_connection_and_works_again(site: SqlSite, company: SageProCompany) -> None:
    company.find_customer(CustomerNumber("ABC"))
    ((before,),) = site.ask(OTHERS)
    assert before >= 2
    company.pause()
    assert has_let_go(site)
    with pytest.raises(TransientError, match="is paused"):
        company.post([receipt("ABC", {"1001": "60"})])
    company.resume()
    assert isinstance(company.post([receipt("ABC", {"1001": "60"})])[0], Posted)


def test_pause_waits_for_what_is_being_read(site: SqlSite, company: SageProCompany) -> None:
    assert company._work is not None
    backend = company._work.backend
    assert isinstance(backend, SqlBackend)
    with ThreadPoolExecutor() as pool:
        with backend._server.reading():
            pause = pool.submit(company.pause)
            assert wait([pause], 0.2).not_done == {pause}
        pause.result(10)
    assert has_let_go(site)
