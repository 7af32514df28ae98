from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from counterfoil.connectors.paytrace.settings import SANDBOX
from counterfoil.store import schema
from counterfoil.store.connections import ConnectionRow
from tests.integration.flows.desk import DISPUTES, PAYMENTS, TITLE, Desk

BOOKS = ConnectionRow(
    id="b", environment="qa", name="Books", kind="sagepro", company="01", mode="live", enabled=True
)
GATEWAY = replace(BOOKS, id="g", name="PayTrace", kind="paytrace", mode="test", settings={"address": SANDBOX})


def by(person: str, *words: str) -> tuple[str, ...]:
    return (*words, "--by", person)


@pytest.mark.soak
def test_one_commit_goes_from_dev_through_qa_to_production(desk: Desk) -> None:
    version = desk.save_title(TITLE, "Disputes")
    assert f"{DISPUTES}: live" in desk.said("plan", "dev")
    assert desk.live("dev") == {}, "a plan changes nothing"
    desk.said(*by("Ann", "deploy", "dev"))
    assert desk.live("dev")[DISPUTES] == version
    assert desk.said("plan", "dev") == "nothing would change\n"
    assert "never live in qa" in desk.refused(*by("Ann", "deploy", "production", "--from", "dev"))
    desk.said(*by("Ann", "deploy", "qa", "--from", "dev"))
    assert "waits for another person" in desk.said(*by("Ann", "deploy", "production", "--from", "qa"))
    assert desk.live("production") == {}
    assert "another person" in desk.refused(*by("ANN", "approve", "1"))
    assert "asked by Ann" in desk.said("requests")
    desk.said(*by("Ben", "approve", "1"))
    assert desk.live("production") == desk.live("qa") == desk.live("dev")
    history = desk.said("history", "production")
    assert "by Ann, approved by Ben" in history
    assert "calls it Disputes" in history
    assert desk.said("requests") == ""
    assert "has these versions already" in desk.said(*by("Ann", "deploy", "production"))


def test_what_qa_never_had_goes_to_production_only_with_a_reason_that_both_people_see(desk: Desk) -> None:
    assert "never live in qa" in desk.refused("plan", "production")
    assert "never live in qa" in desk.refused(*by("Ann", "deploy", "production", "--force", " "))
    desk.said(*by("Ann", "deploy", "production", "--force", "QA is down"))
    assert "FORCED: QA is down" in desk.said("requests")
    desk.said(*by("Ben", "approve", "1"))
    assert "QA is down" in desk.said("history", "production")


def test_a_refused_request_changes_nothing(desk: Desk) -> None:
    desk.said(*by("Ann", "deploy", "production", "--force", "x"))
    desk.said(*by("Ben", "refuse", "1"))
    assert "no deployment 1 waits" in desk.refused(*by("Ben", "approve", "1"))
    assert desk.live("production") == {}


def test_a_rollback_restores_exactly_what_was_live_step_by_step(desk: Desk) -> None:
    states = []
    for old, new in ((TITLE, "One"), ("One", "Two")):
        desk.save_title(old, new)
        desk.said(*by("Ann", "deploy", "qa"))
        states.append(desk.live("qa"))
    (desk.folder / f"flows/{DISPUTES}.yaml").unlink()
    desk.said(*by("Ann", "save", "-m", "no disputes"))
    assert f"{DISPUTES}: no longer live" in desk.said(*by("Ann", "deploy", "qa"))
    assert set(desk.live("qa")) == set(states[1]) - {DISPUTES}
    back = by("Ann", "rollback", "qa", "--reason", "wrong")
    desk.said(*back)
    assert desk.live("qa") == states[1]
    assert f"{DISPUTES}: title: Two -> One" in desk.said(*back)
    assert desk.live("qa") == states[0]
    assert "nothing to go back to" in desk.refused(*back)
    live = schema.deployment.c
    with desk.hub() as hub, hub.database.autocommit() as connection:
        rows = connection.execute(sa.select(live.flow, live.trigger)).all()
    triggers = {row.flow: row.trigger for row in rows}
    assert set(triggers) == set(states[0])
    assert triggers[DISPUTES] == "chargeback.*"


def test_a_bad_version_is_neither_saved_nor_deployed_even_if_git_has_it(desk: Desk) -> None:
    desk.edit(f"flows/{DISPUTES}.yaml", "do: dispute.read", "do: dispute.raed")
    assert "did you mean 'dispute.read'" in desk.refused(*by("Ann", "save", "-m", "x"))
    assert "not saved" in desk.refused(*by("Ann", "deploy", "dev"))
    with desk.hub() as hub:
        from_git = desk.commit_unchecked(hub.clock)
    for words in (
        ("plan", "dev"),
        by("Ann", "deploy", "dev"),
        by("Ann", "deploy", "dev", "--from", from_git),
    ):
        assert "did you mean 'dispute.read'" in desk.refused(*words)
    assert desk.live("dev") == {}


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("environments/qa.yaml", "# password: hunter2hunter2\n"),
        ("tables/customers.csv", "# 4111 1111 1111 1111\n"),
        ("tests/dispute_to_books/one.json", '{"api_key": "sk_live_0123456789abcdef"}\n'),
        ("mappings/payment_to_receipt.yaml", "# -----BEGIN RSA PRIVATE KEY-----\n"),
    ],
)
def test_what_looks_like_a_secret_is_not_saved_and_not_repeated(desk: Desk, path: str, text: str) -> None:
    target = desk.folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    before = target.read_text("utf-8") if target.exists() else ""
    target.write_text(before + text, "utf-8")
    said = desk.refused(*by("Ann", "save", "-m", "x"))
    assert path in said
    assert "looks like" in said
    assert text.strip("# \n") not in said
    assert len(desk.said("history").splitlines()) == 1


def test_a_test_gateway_and_live_books_never_meet_in_a_deployment(desk: Desk) -> None:
    with desk.hub() as hub:
        for row in (BOOKS, GATEWAY):
            hub.connections.put(row, {})
    assert "keeps real books" in desk.refused(*by("Ann", "deploy", "qa"))
    assert "keeps real books" in desk.refused("plan", "qa")
    assert desk.live("qa") == {}


def test_connections_that_change_before_approval_stop_it(desk: Desk) -> None:
    desk.said(*by("Ann", "deploy", "production", "--force", "x"))
    with desk.hub() as hub:
        for row in (BOOKS, GATEWAY):
            hub.connections.put(replace(row, environment="production"), {})
    assert "keeps real books" in desk.refused(*by("Ben", "approve", "1"))
    assert desk.live("production") == {}


def test_an_environment_counts_on_its_connections(desk: Desk) -> None:
    declared = 'connections:\n  Books: {kind: sagepro, company: "01", mode: test}\n'
    desk.edit("environments/qa.yaml", "connections: {}\n", declared)
    desk.said(*by("Ann", "save", "-m", "QA has books"))
    assert "qa has no connection Books" in desk.refused(*by("Ann", "deploy", "qa"))
    with desk.hub() as hub:
        hub.connections.put(BOOKS, {})
    assert "its file says sagepro, company 01, test" in desk.refused(*by("Ann", "deploy", "qa"))
    with desk.hub() as hub:
        hub.connections.put(replace(BOOKS, mode="test"), {})
    desk.said(*by("Ann", "deploy", "dev"))
    desk.said(*by("Ann", "deploy", "qa", "--from", "dev"))
    assert desk.live("qa") == desk.live("dev")


def test_no_deployment_leaves_an_environment_without_flows(desk: Desk) -> None:
    assert "no flow would be live" in desk.refused(*by("Ann", "deploy", "qa", "--from", "dev"))


def test_an_environment_that_there_is_not_is_told(desk: Desk) -> None:
    for words in (
        ("plan", "staging"),
        by("Ann", "deploy", "Production"),
        by("A", "rollback", "x", "--reason", "r"),
    ):
        assert "an environment is one of dev, qa, production" in desk.refused(*words)


def test_what_a_flow_test_does_not_expect_is_neither_saved_nor_deployed_even_if_git_has_it(
    desk: Desk,
) -> None:
    desk.edit(f"flows/{PAYMENTS}.yaml", "hold: review", "hold: record")
    says = f"tests/{PAYMENTS}/unknown_customer.yaml, line 15: test.events.1.expect.end: expected review"
    assert says in desk.refused(*by("Ann", "save", "-m", "x"))
    with desk.hub() as hub:
        desk.commit_unchecked(hub.clock)
    assert "(the flow test fails)" in desk.refused(*by("Ann", "deploy", "dev"))
    assert desk.live("dev") == {}


def test_a_flow_travels_as_one_file_with_what_belongs_to_it(desk: Desk, tmp_path: Path) -> None:
    (desk.folder / "tests" / PAYMENTS).mkdir(exist_ok=True)
    (desk.folder / "tests" / PAYMENTS / "one.json").write_text("{}\n")
    desk.said(*by("Ann", "save", "-m", "a test"))
    file = tmp_path / "flow.json"
    desk.said("export", PAYMENTS, "--to", str(file))
    assert desk.refused("export", PAYMENTS, "--to", str(file)), "nothing is overwritten"
    flow, mapping, table, *tests = sorted(json.loads(file.read_text("utf-8"))["files"])
    assert (flow, mapping) == ("flows/payment_to_receipt.yaml", "mappings/payment_to_receipt.yaml")
    assert table == "tables/customers.csv"
    assert f"tests/{PAYMENTS}/one.json" in tests
    assert all(path.startswith(f"tests/{PAYMENTS}/") for path in tests)
    before = (desk.folder / f"flows/{PAYMENTS}.yaml").read_text("utf-8")
    desk.edit(f"flows/{PAYMENTS}.yaml", "busy: retry", "busy: review")
    assert "--replace" in desk.refused("import", str(file))
    desk.said("import", str(file), "--replace")
    assert (desk.folder / f"flows/{PAYMENTS}.yaml").read_text("utf-8") == before
    assert desk.said("diff") == "no difference\n"


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('"flows/dispute_to_books.yaml"', '"../dispute_to_books.yaml"', "has no place"),
        ('"flows/dispute_to_books.yaml"', '".git/hooks/pre-commit"', "has no place"),
        ('"flows/dispute_to_books.yaml"', '"environments/qa.yaml"', "has no place"),
        ("is posted through its stages", "is posted twice", "was changed"),
        ("counterfoil-flow-1", "counterfoil-flow-9", "no exported flow"),
        ('"files"', '"files', "no exported flow"),
    ],
)
def test_a_file_that_is_no_exported_flow_changes_nothing(
    desk: Desk, tmp_path: Path, old: str, new: str, why: str
) -> None:
    file = tmp_path / "flow.json"
    desk.said("export", DISPUTES, "--to", str(file))
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")
    assert why in desk.refused("import", str(file), "--replace")
    assert desk.said("diff") == "no difference\n"
