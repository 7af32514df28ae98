"""Chargebacks, which a tester makes and the processor's file tells."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

from counterfoil.sandbox.paytrace.disputes import HEADINGS
from counterfoil.sandbox.paytrace.settings import Settings
from tests.unit.sandbox_paytrace.client import SandboxClient, transaction_id


def settled(client: SandboxClient, amount: str = "10.00") -> int:
    sale = client.sell(amount, invoice_id="INV-1")
    client.ok("/v1/transactions/settle")
    return sale


def lines(client: SandboxClient, day: str = "") -> list[dict[str, str]]:
    answer = client.send("GET", "/control/chargebacks.csv", params={"day": day})
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.text)))


def refused(client: SandboxClient, command: str, **asked: object) -> str:
    answer = client.send("POST", f"/control/do/chargebacks/{command}", json=asked)
    assert answer.status_code == 422
    error: str = answer.json()["error"]
    return error


def test_a_chargeback_is_opened_with_its_fee_and_won() -> None:
    client = SandboxClient()
    sale = settled(client)
    assert client.do("chargebacks/open", transaction_id=sale) == f"Case 70001 takes back $10.00 of {sale}."
    client.later(timedelta(days=2))
    client.do("chargebacks/win", case=70001)
    assert [(each["Status"], each["Status Date"], each["Dispute Amount"]) for each in lines(client)] == [
        ("Chargeback Received", "06/03/2026", "10.00"),
        ("Chargeback Fee", "06/03/2026", "25.00"),
        ("Chargeback Reversed", "06/05/2026", "10.00"),
    ]


def test_a_line_tells_the_payment_without_its_card_number() -> None:
    client = SandboxClient(Settings(chargeback_fee_cents=0))
    sale = settled(client)
    client.do("chargebacks/open", transaction_id=sale, amount="4.00", reason="Not as described")
    (line,) = lines(client)
    assert tuple(line) == HEADINGS
    assert line == {
        "Case Number": "CB70001",
        "Status": "Chargeback Received",
        "Status Date": "06/03/2026",
        "Dispute Amount": "4.00",
        "Reason": "Not as described",
        "Transaction ID": str(sale),
        "Transaction Date": "06/03/2026",
        "Transaction Amount": "10.00",
        "Card Number": "xxxxxxxxxxxx5439",
        "Invoice": "INV-1",
    }


def test_the_file_of_a_day_holds_that_day() -> None:
    client = SandboxClient(Settings(chargeback_fee_cents=0))
    client.do("chargebacks/open", transaction_id=settled(client))
    client.later(timedelta(days=1))
    client.do("chargebacks/lose", case=70001)
    assert [each["Status"] for each in lines(client, "2026-06-04")] == ["Chargeback Final"]
    assert lines(client, "2026-06-05") == []
    assert client.send("GET", "/control/chargebacks.csv?day=soon").status_code == 422


def test_only_what_is_settled_is_charged_back() -> None:
    client = SandboxClient()
    pending = client.sell("5.00")
    assert refused(client, "open", transaction_id=pending) == f"Transaction {pending} is no settled payment."
    sale = settled(client)
    refund = client.ok("/v1/transactions/refund/for_transaction", {"transaction_id": sale, "amount": 1})
    client.ok("/v1/transactions/settle")
    assert "no settled payment" in refused(client, "open", transaction_id=transaction_id(refund))
    assert "no settled payment" in refused(client, "open", transaction_id=7)


def test_no_more_is_charged_back_than_was_paid_and_what_was_won_may_come_again() -> None:
    client = SandboxClient()
    sale = settled(client)
    client.do("chargebacks/open", transaction_id=sale, amount="6.00")
    assert "No more than 4.00" in refused(client, "open", transaction_id=sale, amount="4.01")
    assert refused(client, "open", transaction_id=sale, amount="x") == "The amount is none."
    client.do("chargebacks/win", case=70001)
    client.do("chargebacks/open", transaction_id=sale)
    assert [row["amount"] for row in client.listed("chargebacks")] == ["10.00", "6.00"]


def test_a_chargeback_is_decided_once() -> None:
    client = SandboxClient()
    client.do("chargebacks/open", transaction_id=settled(client))
    client.do("chargebacks/lose", case=70001)
    for command in ("win", "lose"):
        assert refused(client, command, case=70001) == "Case 70001 is not open."
    assert refused(client, "win", case=1) == "Case 1 is not open."
    assert client.send("GET", "/control/state").json()["violations"] == []
