from __future__ import annotations

from datetime import timedelta

import pytest

from counterfoil.sandbox.paytrace.invariants import violations
from tests.unit.sandbox_paytrace.client import SandboxClient, error_codes, keyed, transaction_id

CAPTURE = "/v1/transactions/authorization/capture"
REFUND = "/v1/transactions/refund/for_transaction"
SETTLE = "/v1/transactions/settle"
VOID = "/v1/transactions/void"


def authorise(client: SandboxClient, amount: str) -> int:
    return transaction_id(client.ok("/v1/transactions/authorization/keyed", keyed(amount)))


def test_a_full_capture_needs_no_amount() -> None:
    client = SandboxClient()
    transaction = authorise(client, "40.00")
    answer = client.ok(CAPTURE, {"transaction_id": str(transaction)})
    assert (answer["response_code"], answer["transaction_id"]) == (112, transaction)
    record = client.record(transaction)
    assert (record["amount"], record["status_code"]) == (40, "Y")


def test_a_partial_capture_takes_its_part_and_the_rest_lapses() -> None:
    client = SandboxClient()
    transaction = authorise(client, "5.00")
    client.ok(CAPTURE, {"transaction_id": transaction, "amount": 2})
    assert client.record(transaction)["amount"] == 2
    again = client.call(CAPTURE, {"transaction_id": transaction, "amount": 3}).json()
    assert (again["success"], again["response_code"]) == (False, 113)


def test_more_than_was_authorised_is_not_captured() -> None:
    client = SandboxClient()
    transaction = authorise(client, "5.00")
    assert (
        client.call(CAPTURE, {"transaction_id": transaction, "amount": "5.01"}).json()["response_code"] == 113
    )
    assert client.record(transaction)["status_message"] == "Authorization Only"


@pytest.mark.parametrize("path", [CAPTURE, REFUND, VOID])
@pytest.mark.parametrize("transaction", ["", "abc", 12, None, "9" * 40, "\u0661", True])
def test_an_unknown_transaction_answers_58(path: str, transaction: object) -> None:
    assert error_codes(SandboxClient().call(path, {"transaction_id": transaction})) == ["58"]


def test_an_unsettled_sale_is_not_refunded() -> None:
    client = SandboxClient()
    answer = client.call(REFUND, {"transaction_id": client.sell("20.00")})
    assert error_codes(answer) == ["817"]
    assert "Only settled transactions can be refunded." in answer.json()["errors"]["817"][0]
    assert answer.json()["external_transaction_id"] == ""


def test_refunds_add_up_to_the_sale_and_no_further() -> None:
    client = SandboxClient()
    sale = client.sell("10.00", invoice_id="INV-7")
    client.ok(SETTLE)
    first = transaction_id(client.ok(REFUND, {"transaction_id": sale, "amount": "4.00"}))
    too_much = client.call(REFUND, {"transaction_id": sale, "amount": "6.01"}).json()
    assert (too_much["success"], too_much["response_code"]) == (False, 107)
    rest = transaction_id(client.ok(REFUND, {"transaction_id": sale}))
    assert len({sale, first, rest}) == 3
    assert client.record(rest)["amount"] == 6
    assert client.call(REFUND, {"transaction_id": sale}).json()["response_code"] == 107
    assert violations(client.ledger) == []


def test_a_refund_does_not_say_what_it_pays_back() -> None:
    client = SandboxClient()
    sale = client.sell("10.00", invoice_id="INV-7")
    client.ok(SETTLE)
    refund = client.record(transaction_id(client.ok(REFUND, {"transaction_id": sale})))
    assert (refund["transaction_type"], refund["invoice_id"]) == ("REFUND", "INV-7")
    assert str(sale) not in str(refund)


def test_a_voided_refund_may_be_made_again() -> None:
    client = SandboxClient()
    sale = client.sell("10.00")
    client.ok(SETTLE)
    refund = transaction_id(client.ok(REFUND, {"transaction_id": sale}))
    client.ok(VOID, {"transaction_id": refund})
    client.ok(REFUND, {"transaction_id": sale})
    assert violations(client.ledger) == []


def test_a_refund_is_not_refunded() -> None:
    client = SandboxClient()
    sale = client.sell("10.00")
    client.ok(SETTLE)
    refund = transaction_id(client.ok(REFUND, {"transaction_id": sale}))
    client.ok(SETTLE)
    assert client.call(REFUND, {"transaction_id": refund}).json()["response_code"] == 107


def test_a_refund_of_a_bad_amount_is_refused_and_not_taken_for_a_full_one() -> None:
    client = SandboxClient()
    sale = client.sell("10.00")
    client.ok(SETTLE)
    assert error_codes(client.call(REFUND, {"transaction_id": sale, "amount": ""})) == ["901"]
    assert len(client.ledger.transactions()) == 1


def test_void_before_and_not_after_settlement() -> None:
    client = SandboxClient()
    voided, settled = client.sell("1.00"), client.sell("2.00")
    answer = client.ok(VOID, {"transaction_id": voided})
    assert (answer["response_code"], answer["transaction_id"]) == (109, voided)
    client.ok(SETTLE)
    assert client.call(VOID, {"transaction_id": settled}).json()["response_code"] == 110
    assert client.call(VOID, {"transaction_id": voided}).json()["response_code"] == 110
    assert client.record(voided)["settled"] == ""


def test_settling_batches_what_is_pending_and_nothing_else() -> None:
    client = SandboxClient()
    first, held = client.sell("1.00"), authorise(client, "2.00")
    client.call("/v1/transactions/sale/keyed", keyed("0.29"))
    assert client.ok(SETTLE)["response_code"] == 175
    client.clock.advance(timedelta(hours=1))
    second = client.sell("3.00")
    client.ok(SETTLE)
    assert [client.record(each)["status_code"] for each in (first, second, held)] == ["GB571", "GB572", "N"]
    assert client.record(second)["settled"] == "6/3/2026 8:04:05 PM"


def test_settling_nothing_makes_no_batch() -> None:
    client = SandboxClient()
    client.ok(SETTLE)
    client.sell("1.00")
    client.ok(SETTLE)
    assert {row.batch_number for row in client.ledger.transactions()} == {571}
