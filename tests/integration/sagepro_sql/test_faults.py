"""What goes wrong between the connector and the database, each by its name."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace

import pytest
import sqlalchemy as sa
from typing_extensions import override

from counterfoil.connectors.sagepro.company import SageProCompany
from counterfoil.connectors.sagepro.hand_keyed import HandKeyed
from counterfoil.connectors.sagepro.profile import Profile
from counterfoil.connectors.sagepro.records import TableName
from counterfoil.connectors.sagepro.sql.products import Postgres
from counterfoil.connectors.sagepro.sql.server import READERS_MAX, Server
from counterfoil.connectors.sagepro.sql_backend import SqlBackend
from counterfoil.domain.facts.receipt import ReceiptFact
from counterfoil.ports.erp import AlreadyPosted, Busy, Changed, Conflict, Posted, Preview, Refused
from counterfoil.ports.errors import ConfigurationError, TransientError
from tests.support.sagepro_books import receipt
from tests.support.sagepro_sql_site import SqlSite

FACT = receipt("ABC", {"1001": "60"})
WRITERS = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted"


def end_writers(site: SqlSite) -> None:
    for (pid,) in site.ask(WRITERS):
        site.do(f"SELECT pg_terminate_backend({pid})")


def backend_of(company: SageProCompany) -> SqlBackend:
    assert company._work is not None
    assert isinstance(company._work.backend, SqlBackend)
    return company._work.backend


def at_commit(company: SageProCompany, hook: Callable[[sa.Connection], None]) -> None:
    """Runs the hook once, when the next transaction of the writer is about to be committed."""
    hooks = [hook]

    def once(connection: sa.Connection) -> None:
        if hooks:
            hooks.pop()(connection)

    sa.event.listen(backend_of(company)._server._writers, "commit", once)


def test_a_connection_killed_before_its_commit_posts_once_all_the_same(
    site: SqlSite, company: SageProCompany
) -> None:
    def kill(_: sa.Connection) -> None:
        end_writers(site)

    at_commit(company, kill)
    (answer,) = company.post([FACT])
    assert isinstance(answer, Posted), answer
    assert company.post([FACT]) == (AlreadyPosted(first=answer),)
    assert len(site.read(TableName.CASH)) == 1


def test_a_commit_whose_answer_was_lost_is_found_in_the_ledger(
    site: SqlSite, company: SageProCompany
) -> None:
    def commit_and_lose(connection: sa.Connection) -> None:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.commit()
        driver.close()

    at_commit(company, commit_and_lose)
    (answer,) = company.post([FACT])
    assert isinstance(answer, Posted), answer
    assert len(site.read(TableName.CASH)) == 1
    assert company.find_posting(FACT.key) == answer


def test_while_the_lock_is_held_for_a_broken_connection_nothing_is_posted(
    site: SqlSite, company: SageProCompany
) -> None:
    backend_of(company)._writer._settle_ms = 50
    key = "SELECT (classid::bigint << 32) + objid::bigint FROM pg_locks WHERE locktype = 'advisory'"
    ((lock,),) = site.ask(key)
    with site.engine.connect() as ghost:
        end_writers(site)
        ghost.execute(sa.text(f"SELECT pg_advisory_lock({lock})"))
        with pytest.raises(TransientError, match="held by a connection that broke, or by another agent"):
            company.post([FACT])
        assert site.read(TableName.CASH) == []
    assert isinstance(company.post([FACT])[0], Posted)


def away_from(site: SqlSite) -> Profile:
    """The same company for an agent on another machine, where no file lock keeps it off."""
    profile = site.profile
    assert profile.database is not None
    database = profile.database.model_copy(update={"own_folder": site.folder / "another-machine"})
    return profile.model_copy(update={"database": database})


def test_two_agents_never_write_one_company(site: SqlSite, company: SageProCompany) -> None:
    with pytest.raises(ConfigurationError, match="another agent writes the company in PRO01 already"):
        site.open(away_from(site))
    company.pause()
    with site.open(away_from(site)) as other:
        assert isinstance(other.post([FACT])[0], Posted)
        with pytest.raises(ConfigurationError, match="another agent"):
            company.resume()
    company.resume()
    assert isinstance(company.post([FACT])[0], AlreadyPosted)


class WithoutLock(Postgres):
    @override
    def take_lock(self, database: str) -> sa.TextClause:
        return sa.text("SELECT 1")


@pytest.fixture
def intruder(site: SqlSite) -> Iterator[SqlBackend]:
    """A second writer that nobody keeps off."""
    assert site.profile.database is not None
    server = Server.of(site.profile.database)
    server.product = WithoutLock()
    backend = SqlBackend(site.profile, server, site.clock, HandKeyed(site.folder), site.folder)
    yield backend
    backend.close()


@pytest.mark.parametrize(
    ("other", "told"),
    [
        (FACT, (Busy, AlreadyPosted)),
        (replace(receipt("XYZ", {"2001": "50"}), key=FACT.key), (Conflict,)),
    ],
)
def test_the_ledger_s_unique_key_makes_a_second_writer_harmless(
    site: SqlSite,
    company: SageProCompany,
    intruder: SqlBackend,
    other: ReceiptFact,
    told: tuple[type, ...],
) -> None:
    in_commit, go_on = threading.Event(), threading.Event()

    def hold(_: sa.Connection) -> None:
        in_commit.set()
        go_on.wait(10)

    at_commit(company, hold)
    with ThreadPoolExecutor() as pool:
        first = pool.submit(company.post, [FACT])
        assert in_commit.wait(10)
        second = pool.submit(intruder.post_group, [other])
        wait([second], 0.05)
        go_on.set()
    assert isinstance(first.result()[0], Posted)
    assert isinstance(second.result()[0], told), second.result()
    assert len(site.read(TableName.CASH)) == 1


def test_rows_of_another_transaction_are_waited_for_and_the_others_go_on(
    site: SqlSite, company: SageProCompany
) -> None:
    with site.engine.begin() as clerk:
        site.edit_in(clerk, TableName.DOCUMENTS, "1001", ponum="changed")
        first, second = company.post([FACT, receipt("XYZ", {"2001": "50"}, transaction="2")])
        assert isinstance(first, Busy)
        assert "held by another program's transaction" in first.what
        assert isinstance(second, Posted)
    assert isinstance(company.post([FACT])[0], Posted)


def test_what_a_clerk_committed_meanwhile_is_seen_under_the_lock(
    site: SqlSite, company: SageProCompany
) -> None:
    with site.engine.begin() as clerk:
        site.edit_in(clerk, TableName.DOCUMENTS, "1001", balance=50, paidamt=50)
        site.edit_in(clerk, TableName.CUSTOMERS, "ABC", balance=130)
        answers: list[object] = []
        posting = threading.Thread(target=lambda: answers.extend(company.post([FACT])))
        posting.start()
        posting.join(0.05)
    posting.join()
    assert isinstance(answers[0], Changed), answers
    site.edit(TableName.DOCUMENTS, "1001", balance=100, paidamt=0)
    site.edit(TableName.CUSTOMERS, "ABC", balance=180)


def test_a_screen_of_a_clerk_holds_the_posting(site: SqlSite, company: SageProCompany) -> None:
    site.edit(TableName.DOCUMENTS, "1001", lckstat="L", lckuser="MARY")
    (answer,) = company.post([FACT])
    assert isinstance(answer, Busy)
    assert "screen of MARY" in answer.what


def test_a_deadlock_is_tried_again(site: SqlSite, company: SageProCompany) -> None:
    def clash(connection: sa.Connection) -> None:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.rollback()
        raise sa.exc.OperationalError("COMMIT", {}, SerializationError())

    at_commit(company, clash)
    assert isinstance(company.post([FACT])[0], Posted)
    assert len(site.read(TableName.CASH)) == 1


class SerializationError(Exception):
    sqlstate = "40001"


def test_one_that_the_database_refuses_is_set_aside_and_the_others_are_posted(
    site: SqlSite, company: SageProCompany
) -> None:
    site.do('ALTER TABLE "PRO01".arcash ADD CONSTRAINT not_so_much CHECK (paidamt < 60)')
    refused, posted = company.post([FACT, receipt("ABC", {"1002": "30"}, transaction="2")])
    assert isinstance(refused, Refused)
    assert "not_so_much" in refused.why
    assert isinstance(posted, Posted)


class LosesAll:
    """Undoes the whole transaction at the second receipt, with an error, as SQL Server does."""

    def __init__(self, company: SageProCompany, state: str) -> None:
        self._state = state
        self._seen = 0
        sa.event.listen(backend_of(company)._server._writers, "before_cursor_execute", self._look)

    def _look(self, connection: sa.Connection, _cursor: object, statement: str, *_: object) -> None:
        self._seen += "INSERT INTO" in statement and "arcash" in statement
        if self._seen == 2:
            self._seen += 1
            undo(connection)
            error = SerializationError("said")
            error.sqlstate = self._state
            raise sa.exc.OperationalError(statement, {}, error)


def undo(connection: sa.Connection) -> None:
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.rollback()


SECOND = receipt("XYZ", {"2001": "50"}, transaction="2")


@pytest.mark.parametrize(("state", "told"), [("40001", Posted), ("22003", Refused), ("42501", None)])
def test_a_posting_that_loses_the_whole_transaction_takes_no_other_with_it(
    site: SqlSite, company: SageProCompany, state: str, told: type | None
) -> None:
    LosesAll(company, state)
    first, second = backend_of(company).post_group([FACT, SECOND])
    assert isinstance(first, Posted)
    assert isinstance(second, told or ConfigurationError), second
    assert len(site.read(TableName.CASH)) == (2 if told is Posted else 1)
    assert company.find_posting(FACT.key) == first


def test_what_the_database_undid_without_a_word_is_not_told_as_posted(
    site: SqlSite, company: SageProCompany
) -> None:
    savepoints: list[str] = []

    def lose_before_the_second(connection: sa.Connection, name: str) -> None:
        savepoints.append(name)
        if len(savepoints) == 2:
            undo(connection)

    sa.event.listen(backend_of(company)._server._writers, "savepoint", lose_before_the_second)
    answers = backend_of(company).post_group([FACT, SECOND])
    assert [type(one) for one in answers] == [TransientError, TransientError]
    assert site.read(TableName.CASH) == []
    assert [type(one) for one in company.post([FACT, SECOND])] == [Posted, Posted]


def test_more_previews_at_once_than_there_are_connections_are_all_answered(company: SageProCompany) -> None:
    backend, together = backend_of(company), threading.Barrier(READERS_MAX)

    def wait_for_the_others(*_: object) -> None:
        if len(waited) < READERS_MAX:
            waited.append(None)
            together.wait(10)

    waited: list[None] = []
    sa.event.listen(backend._server._readers, "checkout", wait_for_the_others)
    with ThreadPoolExecutor(READERS_MAX + 1) as pool:
        asked = [pool.submit(backend.preview, FACT) for _ in range(READERS_MAX + 1)]
        done, _ = wait(asked, 10)
    assert len(done) == len(asked)
    assert all(isinstance(one.result(), Preview) for one in asked)


def test_a_company_without_its_ledger_is_not_posted_to(site: SqlSite) -> None:
    with site.open() as company:
        company.post([FACT])
    site.do('DROP TABLE "PRO01".counterfoil_posting')
    with pytest.raises(ConfigurationError, match="the posting ledger that tells which payments they are"):
        site.open()


def test_a_server_that_is_away_is_told_as_such(site: SqlSite) -> None:
    profile = site.profile
    assert profile.database is not None
    away = profile.database.model_copy(update={"dsn": "postgresql+psycopg://nobody@127.0.0.1:1/none"})
    with pytest.raises(TransientError, match="does not answer"):
        site.open(profile.model_copy(update={"database": away}))
