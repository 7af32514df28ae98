"""The whole database is put back to an earlier time: books and posting ledger lack the same postings."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner, Result

from counterfoil.cli import app
from counterfoil.connectors.sagepro.records import TableName
from counterfoil.ports.erp import AlreadyPosted, Posted
from counterfoil.ports.errors import TransientError
from tests.support.sagepro_books import receipt
from tests.support.sagepro_sql_site import SqlSite

FACTS = [receipt("ABC", {"1001": "10"}, transaction="1"), receipt("XYZ", {"2001": "50"}, transaction="2")]
NEW = receipt("ABC", {"1002": "5"}, transaction="3")


def restored(profile: Path, *words: str) -> Result:
    return CliRunner().invoke(app, ["sagepro", "restored", str(profile), *words])


def to_before_counterfoil(site: SqlSite) -> None:
    """The rest of what `backed_up` does not do: our own tables were not there yet."""
    for name in sa.inspect(site.engine).get_table_names(schema="PRO01"):
        if name.startswith("counterfoil_"):
            site.do(f'DROP TABLE "PRO01".{name}')


def test_a_database_of_before_counterfoil_is_held_and_gets_its_postings_back(site: SqlSite) -> None:
    profile = site.write_profile()
    with site.backed_up(tables=True, ledger=False), site.open() as company:
        assert [type(answer) for answer in company.post(FACTS)] == [Posted, Posted]
    to_before_counterfoil(site)
    told = restored(profile)
    assert told.exit_code == 2
    assert "start the agent once" in told.stderr
    with site.open() as company:
        assert company.health.held.startswith("2 postings are neither in the tables nor")
        with pytest.raises(TransientError):
            company.post([NEW])
    assert restored(profile, "--repost", "--person", "Ann Lee").exit_code == 0
    with site.open() as company:
        assert [type(answer) for answer in company.post(FACTS)] == [AlreadyPosted, AlreadyPosted]
        assert isinstance(company.post([NEW])[0], Posted)
    assert len(site.read(TableName.CASH)) == 3
    assert site.findings() == []


def test_a_database_put_back_under_a_running_agent_is_noticed_before_the_next_posting(site: SqlSite) -> None:
    with site.open() as company:
        assert isinstance(company.post(FACTS[:1])[0], Posted)
        with site.backed_up(tables=True, ledger=True):
            assert isinstance(company.post(FACTS[1:])[0], Posted)
        with pytest.raises(TransientError, match="1 postings are neither"):
            company.post([NEW])


def test_numbers_of_postings_are_never_used_twice(site: SqlSite) -> None:
    profile = site.write_profile()
    with site.open() as company:
        company.post(FACTS[:1])
        with site.backed_up(tables=True, ledger=True):
            company.post(FACTS[1:])
        assert restored(profile, "--accept", "--person", "Ann Lee").exit_code == 0
        assert isinstance(company.post([NEW])[0], Posted)
    numbers = 'SELECT posting_number FROM "PRO01".{} ORDER BY 1'
    assert site.ask(numbers.format("counterfoil_posting")) == [(1,), (3,)]
    assert site.ask(numbers.format("counterfoil_withdrawn")) == [(2,)]


def test_a_user_who_may_not_decide_is_told(site: SqlSite) -> None:
    profile = site.write_profile()
    with site.open() as company:
        company.post(FACTS[:1])
        with site.backed_up(tables=True, ledger=True):
            company.post(FACTS[1:])
    site.do('DROP TABLE "PRO01".counterfoil_withdrawn')
    told = restored(profile, "--accept", "--person", "Ann Lee")
    assert told.exit_code == 2
    assert "the company's database refuses" in told.stderr
