"""The control API and its pages."""

from __future__ import annotations

import base64
from datetime import timedelta

import httpx2
import pytest

from counterfoil.sandbox.paytrace.control.commands import COMMANDS
from counterfoil.sandbox.paytrace.control.listings import LISTINGS
from counterfoil.sandbox.paytrace.faults import FaultKind
from counterfoil.sandbox.paytrace.settings import Settings
from counterfoil.sandbox.paytrace.v1.routes import OPERATIONS
from counterfoil.sandbox.paytrace.v3.routes import ENDPOINTS
from tests.unit.sandbox_paytrace.client import (
    BILLING,
    VISA,
    RecordingSender,
    SandboxClient,
    card,
    keyed,
    transaction_id,
)

SITE = "http://site.example/hook"


def sent(client: SandboxClient) -> list[tuple[str, str]]:
    assert isinstance(client.sender, RecordingSender)
    return client.sender.sent


def pay_at_checkout(client: SandboxClient, order: str = "ORD-1") -> int:
    body = {"order_id": order, "amount": 5, "return_url": SITE, "credit_card": card()}
    headers = {"authorization": f"Bearer {client.token or client.log_in()}"}
    answer = client.send("POST", "/checkout/sale", json=body, headers=headers)
    return transaction_id(answer.json())


def full(client: SandboxClient) -> SandboxClient:
    """A sandbox with something in every list."""
    client.ok(
        "/v1/customer/create", {"customer_id": "ACME", "credit_card": card(), "billing_address": BILLING}
    )
    plan = {"amount": 5, "frequency": "3", "start_date": "6/9/2026", "total_count": 999}
    client.ok("/v1/recurrence/create", {"customer_id": "ACME", "recurrence": plan})
    check = {"account_number": "123456", "routing_number": "325070760"}
    client.ok("/v1/checks/sale/by_account", {"amount": 9, "check": check, "billing_address": BILLING})
    sale = pay_at_checkout(client)
    client.do("batch/close")
    client.do("chargebacks/open", transaction_id=sale)
    client.do("faults/next", kind="fail_before", path="/v1/transactions/sale")
    client.call("/v1/transactions/sale/keyed", keyed("1.00"))
    return client


def test_time_is_put_forward_and_what_came_due_is_done() -> None:
    client = SandboxClient()
    sale = client.sell("1.00")
    assert client.do("clock/advance", hours=1, minutes=56) == "The clock went forward by 1:56:00."
    assert client.record(sale)["status_code"] == "GB571"
    state = client.send("GET", "/control/state").json()
    assert (state["now"], state["is_running"]) == ("6/3/2026 9:00:05 PM", True)
    assert state["next_due"] == "6/4/2026 12:00:00 AM"
    assert state["days"] == [
        {"day": "2026-06-03", "captured": "1.00", "voided": "0.00", "refunded": "0.00", "settled": "1.00"}
    ]


def test_the_clock_stands_and_runs() -> None:
    client = SandboxClient()
    client.do("clock/stop")
    client.clock.advance(timedelta(days=1))
    assert client.send("GET", "/control/state").json()["now"] == "6/3/2026 7:04:05 PM"
    client.do("clock/run")
    client.clock.advance(timedelta(minutes=1))
    assert client.send("GET", "/control/state").json()["now"] == "6/3/2026 7:05:05 PM"


def test_the_batch_is_closed() -> None:
    client = SandboxClient()
    assert client.do("batch/close") == "Nothing is pending."
    client.sell("1.00")
    assert client.do("batch/close") == "Batch GB571 was settled."


def test_a_post_is_sent_again_to_its_site_or_another_address() -> None:
    client = SandboxClient()
    sale = pay_at_checkout(client)
    client.do("posts/repeat", transaction_id=sale, times=3)
    client.do("posts/repeat", transaction_id=sale, url="http://other.example/")
    urls, bodies = zip(*sent(client), strict=True)
    assert urls == (SITE,) * 4 + ("http://other.example/",)
    assert len(set(bodies)) == 1


def test_a_post_without_an_address_is_told() -> None:
    client = SandboxClient()
    sale = client.sell("1.00")
    for asked in ({"transaction_id": sale}, {"transaction_id": 7, "url": SITE}):
        assert client.send("POST", "/control/do/posts/repeat", json=asked).status_code == 422
    asked = {"order_id": "X", "transaction_id": 7}
    assert client.send("POST", "/control/do/posts/forge", json=asked).status_code == 422
    assert client.send("POST", "/control/do/posts/forge", json=asked | {"url": "ftp://x"}).status_code == 422


def test_a_forged_post_looks_like_a_payment_that_nobody_made() -> None:
    client = SandboxClient()
    client.do("posts/forge", order_id="ORD-9", transaction_id=999999999, url=SITE)
    ((url, body),) = sent(client)
    assert url == SITE
    assert "ORDERID%7EORD%2D9%7C" in body
    assert "TRANSACTIONID%7E999999999%7C" in body
    assert client.ledger.transactions() == []


def test_late_posts_go_out_when_their_time_has_come() -> None:
    client = SandboxClient()
    client.do("posts/delay", minutes=96 * 60)
    pay_at_checkout(client)
    client.do("clock/advance", days=3)
    assert sent(client) == []
    assert client.listed("posts")[0]["outcome"] == "waits"
    assert "1 late posts went out" in client.do("clock/advance", days=1)
    assert len(sent(client)) == 1
    client.log_in()
    pay_at_checkout(client, "ORD-2")
    assert client.do("posts/send-late") == "1 late posts went out."
    assert client.do("posts/delay", minutes=0) == "Posts go out at once."
    pay_at_checkout(client, "ORD-3")
    assert len(sent(client)) == 3


@pytest.mark.parametrize("name", LISTINGS)
def test_every_list_has_its_row_for_programs_and_people(name: str) -> None:
    client = full(SandboxClient())
    rows, columns = client.listed(name), LISTINGS[name].columns
    assert rows
    assert set(columns) <= set(rows[0])
    page = client.send("GET", f"/control/{name}").text
    assert all(f">{heading}</th>" in page for heading in columns.values())
    assert VISA not in page


def test_a_list_is_searched_and_read_page_by_page() -> None:
    client = SandboxClient()
    sales = [client.sell("1.00", invoice_id=f"INV-{number}", customer_id="ACME") for number in range(51)]
    assert [row["invoice"] for row in client.listed("transactions", "INV-7")] == ["INV-7"]
    assert [row["invoice"] for row in client.listed("transactions", str(sales[3]))] == ["INV-3"]
    assert len(client.listed("transactions", "ACME")) == 50
    older = client.send("GET", "/control/lists/transactions?page=2").json()["rows"]
    assert [row["transaction_id"] for row in older] == [str(sales[0])]
    assert 'rel="next"' in client.send("GET", "/control/transactions").text


def test_a_transaction_has_a_page_of_its_own() -> None:
    client = full(SandboxClient())
    (row,) = client.ledger.transactions()
    page = client.send("GET", f"/control/transactions/{row.transaction_id}").text
    assert "Open a chargeback" in page
    assert "captured" in page
    assert client.send("GET", "/control/transactions/7").status_code == 404
    assert client.send("GET", "/control/nothing").status_code == 404
    assert client.send("GET", "/control/lists/nothing").status_code == 404


def test_a_form_is_done_and_leads_back_with_what_was_done() -> None:
    client = SandboxClient()
    form = {"days": "", "hours": "1"}
    answer = client.send("POST", "/control/do/clock/advance", data=form)
    assert answer.status_code == 303
    page = client.send("GET", answer.headers["location"]).text
    assert "The clock went forward by 1:00:00." in page
    bad = client.send("POST", "/control/do/chargebacks/win?from=chargebacks", data={"case": "1"})
    assert bad.headers["location"].startswith("/control/chargebacks?error=")
    elsewhere = client.send("POST", "/control/do/batch/close?from=//evil.example", data={"x": "1"})
    assert elsewhere.headers["location"].startswith("/control?done=")


def test_what_is_written_into_a_page_is_escaped() -> None:
    client = SandboxClient()
    client.sell("1.00", invoice_id="<script>x</script>")
    for path in ("/control/transactions", "/control?done=<script>", "/control/transactions?q=<script>"):
        assert "<script>" not in client.send("GET", path).text


@pytest.mark.parametrize(
    "asked", [{"hours": -1}, {"hours": "soon"}, {"days": 10**9}, {"minutes": 1.5}, [], "x"]
)
def test_a_request_of_another_shape_changes_nothing(asked: object) -> None:
    client = SandboxClient()
    assert client.send("POST", "/control/do/clock/advance", json=asked).status_code == 422
    assert client.send("GET", "/control/state").json()["now"] == "6/3/2026 7:04:05 PM"


@pytest.mark.parametrize("number", ["9223372036854775808", "9" * 5000, "-1", "1.5", "392000001x", "²"])
def test_a_number_that_no_ledger_holds_is_no_page_and_no_transaction(number: str) -> None:
    client = full(SandboxClient())
    assert client.send("GET", f"/control/transactions/{number}").status_code == 404
    for command in ("posts/repeat", "chargebacks/open"):
        body = f'{{"transaction_id": {number}, "url": "{SITE}"}}'
        headers = {"content-type": "application/json"}
        answer = client.send("POST", f"/control/do/{command}", content=body, headers=headers)
        assert answer.status_code == 422


def test_the_clock_does_not_go_where_no_calendar_goes() -> None:
    client = SandboxClient()
    answer = client.send("POST", "/control/do/clock/advance", json={"days": 100_000})
    assert (answer.status_code, answer.json()["error"]) == (
        422,
        "The clock does not go beyond the year 2200.",
    )
    assert client.send("GET", "/control/state").json()["now"] == "6/3/2026 7:04:05 PM"


def test_each_fault_is_offered_in_words() -> None:
    client = SandboxClient()
    client.do("faults/next", kind="cut_after")
    page = client.send("GET", "/control").text
    assert all(f'<option value="{kind.value}">' in page for kind in FaultKind)
    assert "next 1 under any path: half an answer, all done" in page


def test_only_this_machine_may_use_the_page() -> None:
    client = SandboxClient()

    def ask(**headers: str) -> httpx2.Response:
        return client.send("POST", "/control/do/batch/close", json={}, headers=headers)

    assert ask().status_code == 200
    assert ask(host="sandbox.evil.example").status_code == 403
    assert ask(**{"sec-fetch-site": "cross-site"}).status_code == 403
    assert ask(**{"sec-fetch-site": "same-origin"}).status_code == 200


def test_with_a_token_only_its_holder_may() -> None:
    client = SandboxClient(Settings(control_token="t0ken"))
    basic = base64.b64encode(b"tester:t0ken").decode()
    statuses = [
        client.send("GET", "/control/state", headers={"authorization": sent}).status_code
        for sent in ("", "Bearer t0ken", f"Basic {basic}", "Bearer other", "Basic !", "Basic eA==")
    ]
    assert statuses == [401, 200, 200, 401, 401, 401]
    assert "www-authenticate" in client.send("GET", "/control").headers


def test_no_page_is_open_without_the_guard() -> None:
    client = SandboxClient(Settings(control_token="t0ken"))
    paths = ["", "/style.css", "/state", "/chargebacks.csv", "/lists/checks", "/transactions/1", "/checks"]
    assert {client.send("GET", f"/control{path}").status_code for path in paths} == {401}
    commands = [f"/control/do/{command.path}" for command in COMMANDS]
    assert {client.send("POST", path, json={}).status_code for path in commands} == {401}


def test_the_description_names_every_command_list_and_call() -> None:
    document = SandboxClient().send("GET", "/openapi.json").json()
    paths = set(document["paths"])
    assert {f"/control/do/{command.path}" for command in COMMANDS} <= paths
    assert {f"/control/lists/{name}" for name in LISTINGS} <= paths
    assert set(OPERATIONS) <= paths
    assert {each.path for each in ENDPOINTS} <= paths
    assert {command.request.__name__ for command in COMMANDS} <= set(document["components"]["schemas"])
    operations = [each["operationId"] for item in document["paths"].values() for each in item.values()]
    assert len(set(operations)) == len(operations)
