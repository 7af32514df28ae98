"""One merchant account for several companies: rules, questions and answers at the command line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from decimal import Decimal

import pytest

from counterfoil.bootstrap.gateway_connections import find_gateway
from counterfoil.bootstrap.gateways import gateway_settings
from counterfoil.bootstrap.interpreting import open_interpreter
from counterfoil.bootstrap.remote_agents import AGENT_TOKEN
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.connectors.paytrace.connector import connect
from counterfoil.domain.identifiers import TransactionId
from counterfoil.flows.library import PAYMENT_TO_RECEIPT, read_library_flow
from counterfoil.security.secrets import Secret
from counterfoil.store.events import event_of
from counterfoil.store.inbox import Accepted, Inbox
from counterfoil.store.overview import Overview, ReviewTaskRow
from tests.support.gateway_desk import Desk, books


@pytest.fixture
def companies(desk: Desk) -> Desk:
    """Two companies with test books, and a third one with real books."""
    with desk.workspace() as workspace:
        workspace.deployments.deploy("dev", read_library_flow(PAYMENT_TO_RECEIPT))
        for code, mode in (("01", "test"), ("02", "test"), ("03", "live")):
            workspace.connect(books(code, mode), {AGENT_TOKEN: Secret("a token of the tests")})
    desk.connect()
    return desk


@contextmanager
def held(desk: Desk, invoice: str) -> Iterator[str]:
    """A payment that came in and was carried as far as it goes, by its run."""
    number = desk.shopper.pay_at_terminal("a test", Decimal("10.00"), invoice)
    with desk.workspace() as workspace:
        yield _carried(workspace, number)


def _carried(workspace: Workspace, number: str) -> str:
    row = find_gateway(workspace, "PayTrace", None)
    settings = gateway_settings(row, workspace.connections.secrets(row.id))
    with closing(connect(settings, workspace.clock)) as connected:
        record = connected.gateway.fetch_transaction(TransactionId(number))
    assert record is not None
    inbox = Inbox(workspace.database, lambda _c, _j: None, clock=workspace.clock, ids=workspace.ids)
    [answer] = inbox.store([event_of(row.id, record, "poll")])
    assert isinstance(answer, Accepted)
    with open_interpreter(workspace) as interpreter:
        interpreter.carry(answer.runs[0])
    return answer.runs[0]


def test_rules_are_set_shown_tried_and_taken_away(companies: Desk) -> None:
    assert "everything belongs to company 01" in companies.said("paytrace", "routes", "show")
    companies.said("paytrace", "routes", "set", "PayTrace", "02", "--prefix", "w-")
    companies.said("paytrace", "routes", "set", "PayTrace", "01", "--customer", "C1")
    where = companies.said("paytrace", "routes", "test", "PayTrace", "--invoice", "W-1001")
    assert where == "company 02: invoice W-... belongs to company 02\n"
    asked = companies.type("paytrace", "routes", "test", "PayTrace", "--invoice", "1001")
    assert (asked.exit_code, asked.stdout) == (1, "which company? no rule knows invoice 1001\n")
    companies.said("paytrace", "routes", "set", "PayTrace", "01")
    assert "company 01: everything else" in companies.said("paytrace", "routes", "test", "PayTrace")
    companies.said("paytrace", "routes", "set", "PayTrace", "-", "--prefix", "W-")
    told = companies.told("paytrace", "routes", "show")["rules"]["dev/PayTrace"]
    assert [(rule["clue"], rule["company"]) for rule in told] == [("customer", "01"), ("otherwise", "01")]
    gone = companies.refused("paytrace", "routes", "set", "PayTrace", "-", "--prefix", "W-")
    assert "there is no such rule" in gone


def test_a_rule_leads_neither_to_missing_books_nor_from_a_sandbox_to_live_ones(companies: Desk) -> None:
    words = ("paytrace", "routes", "set", "PayTrace")
    assert "company 09 has no books" in companies.refused(*words, "09")
    assert "keeps real books" in companies.refused(*words, "03", "--prefix", "L-")
    assert "everything belongs to company 01" in companies.said("paytrace", "routes", "show")


def test_what_no_rule_knows_is_held_with_the_question_and_goes_on_with_the_answer(companies: Desk) -> None:
    companies.said("paytrace", "routes", "set", "PayTrace", "02", "--prefix", "W-")
    with held(companies, "X-1") as run:
        [waiting] = companies.told("paytrace", "routes", "show")["waiting"]
        assert waiting["run"] == run
        with companies.workspace() as workspace:
            [task] = _tasks(workspace)
            assert (task.kind, task.title) == ("company", "Which company?")
            assert task.why.startswith("no rule knows invoice X-1. Say it for this payment: counterfoil")
        decide = ("paytrace", "routes", "decide", run)
        assert "keeps real books" in companies.refused(*decide, "03", "--by", "Ann Lee")
        assert "1 runs go on" in companies.said(*decide, "01", "--by", "Ann Lee")
        assert "no run" in companies.refused(*decide, "02", "--by", "Bob")


def test_a_new_rule_answers_for_all_that_it_fits(companies: Desk) -> None:
    companies.said("paytrace", "routes", "set", "PayTrace", "02", "--prefix", "W-")
    with held(companies, "X-1"), held(companies, "Y-1") as other:
        said = companies.said("paytrace", "routes", "set", "PayTrace", "01", "--prefix", "X-")
        assert "1 runs that waited for their company go on" in said
        [waiting] = companies.told("paytrace", "routes", "show")["waiting"]
        assert waiting["run"] == other


def test_what_waits_goes_nowhere_when_the_last_rule_is_taken_away(companies: Desk) -> None:
    rule = ("paytrace", "routes", "set", "PayTrace")
    companies.said(*rule, "02", "--prefix", "W-")
    with held(companies, "X-1") as run:
        assert "go on" not in companies.said(*rule, "-", "--prefix", "W-")
        [waiting] = companies.told("paytrace", "routes", "show")["waiting"]
        assert waiting["run"] == run
        assert "1 runs that waited" in companies.said(*rule, "02", "--prefix", "X-")


def _tasks(workspace: Workspace) -> list[ReviewTaskRow]:
    return Overview(workspace.database).review_tasks(10)
