"""Which flows become live, so that no event is brought into the books twice or by nobody."""

from __future__ import annotations

from decimal import Decimal

import pytest
import sqlalchemy as sa

from counterfoil.flows.library import DISPUTE_TO_BOOKS, PAYMENT_TO_RECEIPT, REFUND_TO_BOOKS, read_library_flow
from counterfoil.store.schema import inbox, run
from tests.support.earlier_flows import DISPUTE_TO_CLERK
from tests.support.gateway_desk import Desk


def use(flow: str, environment: str) -> tuple[str, ...]:
    return ("flows", "use", flow, "--environment", environment, "--by", "Ann Lee")


def live(desk: Desk) -> dict[str, str]:
    with desk.workspace() as workspace:
        return workspace.deployments.live_triggers("dev")


def deploy(desk: Desk, text: str) -> None:
    with desk.workspace() as workspace:
        workspace.deployments.deploy("dev", text)


def earlier() -> str:
    """As it shipped before refunds had a flow of their own."""
    return read_library_flow(PAYMENT_TO_RECEIPT).replace("event: payment.*", "event: payment.*, refund.*")


def test_the_first_account_brings_flows_for_payments_and_for_refunds(desk: Desk) -> None:
    desk.connect()
    assert live(desk) == {PAYMENT_TO_RECEIPT: "payment.*", REFUND_TO_BOOKS: "refund.*"}
    told = desk.told("flows", "shipped")["flows"]
    assert {each["name"]: each["live"] for each in told if each["live"]} == {
        PAYMENT_TO_RECEIPT: {"dev": True},
        REFUND_TO_BOOKS: {"dev": True},
    }


def test_an_environment_of_an_earlier_version_goes_on_until_somebody_says_otherwise(desk: Desk) -> None:
    deploy(desk, earlier())
    desk.connect()
    assert live(desk) == {PAYMENT_TO_RECEIPT: "payment.*, refund.*"}
    assert "live in dev, in another version than the shipped one" in desk.said("flows", "shipped")
    said = desk.said(*use(REFUND_TO_BOOKS, "dev"))
    assert said.startswith("deployed to dev: ")
    assert live(desk) == {PAYMENT_TO_RECEIPT: "payment.*", REFUND_TO_BOOKS: "refund.*"}
    desk.connect()
    assert live(desk) == {PAYMENT_TO_RECEIPT: "payment.*", REFUND_TO_BOOKS: "refund.*"}


def test_a_flow_or_an_environment_that_does_not_exist_is_told(desk: Desk) -> None:
    assert "there is no shipped flow refunds" in desk.refused(*use("refunds", "dev"))
    assert "an environment is one of dev, qa, production" in desk.refused(*use(REFUND_TO_BOOKS, "test"))
    assert live(desk) == {}


def test_production_wants_qa_before_and_another_person_as_any_deployment_does(desk: Desk) -> None:
    assert "never live in qa: payment_to_receipt, refund_to_books" in desk.refused(
        *use(REFUND_TO_BOOKS, "production")
    )
    desk.said(*use(REFUND_TO_BOOKS, "qa"))
    assert "counterfoil flows approve 1" in desk.said(*use(REFUND_TO_BOOKS, "production"))
    with desk.workspace() as workspace:
        assert workspace.deployments.live("production") == {}
    assert desk.refused("flows", "approve", "1", "--by", "ann  lee")
    desk.said("flows", "approve", "1", "--by", "Bo Ek")
    with desk.workspace() as workspace:
        [entry] = workspace.deployments.log("production")
    assert (entry.order.kind, entry.order.by, entry.order.approver) == ("deploy", "Ann Lee", "Bo Ek")
    assert [change.flow for change in entry.order.changes] == [PAYMENT_TO_RECEIPT, REFUND_TO_BOOKS]


def test_a_shipped_flow_becomes_live_beside_what_else_is_live(desk: Desk) -> None:
    desk.connect()
    deploy(desk, read_library_flow(DISPUTE_TO_BOOKS))
    desk.said(*use(REFUND_TO_BOOKS, "dev"))
    assert live(desk).keys() == {PAYMENT_TO_RECEIPT, REFUND_TO_BOOKS, DISPUTE_TO_BOOKS}


def test_no_event_gets_two_flows(desk: Desk) -> None:
    own = read_library_flow(REFUND_TO_BOOKS).replace("flow: refund_to_books", "flow: own_refunds")
    deploy(desk, own)
    desk.connect()
    assert live(desk) == {PAYMENT_TO_RECEIPT: "payment.*", "own_refunds": "refund.*"}
    said = desk.refused(*use(REFUND_TO_BOOKS, "dev"))
    assert "own_refunds and refund_to_books would both be started by refund.*" in said
    assert live(desk) == {PAYMENT_TO_RECEIPT: "payment.*", "own_refunds": "refund.*"}


def test_a_payment_flow_of_somebody_s_own_gets_no_other_beside_it(desk: Desk) -> None:
    deploy(desk, earlier().replace("flow: payment_to_receipt", "flow: own_payments"))
    desk.connect()
    assert live(desk) == {"own_payments": "payment.*, refund.*"}


def test_disputes_go_on_with_the_flow_that_shows_them_until_somebody_uses_the_other(desk: Desk) -> None:
    desk.connect()
    deploy(desk, DISPUTE_TO_CLERK)
    number = desk.shopper.pay_at_terminal("a test", Decimal("25.00"), "1001")
    told = ("--transaction", number, "--on", "2026-12-01", "--by", "Ann Lee")
    desk.said("disputes", "enter", "C1", "opened", "25.00", *told)
    assert live(desk).keys() == {PAYMENT_TO_RECEIPT, REFUND_TO_BOOKS, "dispute_to_clerk"}
    desk.said(*use(DISPUTE_TO_BOOKS, "dev"))
    assert live(desk).keys() == {PAYMENT_TO_RECEIPT, REFUND_TO_BOOKS, DISPUTE_TO_BOOKS}
    desk.said("disputes", "enter", "C1", "won", "25.00", *told)
    assert flows_of_disputes(desk) == ["dispute_to_clerk", DISPUTE_TO_BOOKS]


@pytest.mark.parametrize("own", ["", "own_disputes"])
def test_the_first_dispute_brings_its_flow_and_none_beside_somebody_s_own(desk: Desk, own: str) -> None:
    desk.connect()
    if own:
        deploy(desk, DISPUTE_TO_CLERK.replace("flow: dispute_to_clerk", f"flow: {own}"))
    number = desk.shopper.pay_at_terminal("a test", Decimal("25.00"), "1001")
    told = ("--transaction", number, "--on", "2026-12-01", "--by", "Ann Lee")
    desk.said("disputes", "enter", "C1", "opened", "25.00", *told)
    flow = own or DISPUTE_TO_BOOKS
    assert live(desk).keys() == {PAYMENT_TO_RECEIPT, REFUND_TO_BOOKS, flow}
    assert flows_of_disputes(desk) == [flow]


def flows_of_disputes(desk: Desk) -> list[str]:
    """The flow of each run of a dispute, oldest first: one for each event."""
    query = (
        sa.select(run.c.flow)
        .join(inbox, inbox.c.id == run.c.event)
        .where(inbox.c.kind.startswith("chargeback."))
        .order_by(run.c.seq)
    )
    with desk.workspace() as workspace, workspace.database.autocommit() as connection:
        return list(connection.execute(query).scalars())
