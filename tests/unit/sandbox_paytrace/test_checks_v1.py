from __future__ import annotations

from datetime import timedelta

import pytest

from counterfoil.sandbox.paytrace.checks.book import CheckBook
from counterfoil.sandbox.paytrace.checks.desk import CheckDesk
from counterfoil.sandbox.paytrace.checks.invariants import violations
from counterfoil.sandbox.paytrace.checks.rows import CheckRow
from counterfoil.sandbox.paytrace.gateway import Gateway
from counterfoil.sandbox.paytrace.settings import Settings
from tests.unit.sandbox_paytrace.client import BILLING, SandboxClient, card, error_codes

CHECK = {"account_number": "123456", "routing_number": "325070760"}
SALE = "/v1/checks/sale/by_account"
HOLD = "/v1/checks/hold/by_account"
FUND = "/v1/checks/manage/fund"
VOID = "/v1/checks/manage/void"
REFUND = "/v1/checks/refund/by_transaction"


class Checks:
    """A v1 client with its book of checks."""

    def __init__(self) -> None:
        self.client = SandboxClient()
        self.desk = CheckDesk(Gateway(self.client.ledger, self.client.clock, self.client.ids, Settings()))

    def take(self, amount: str, path: str = SALE, **more: object) -> int:
        body = {"amount": amount, "check": CHECK, "billing_address": BILLING, **more}
        payload = self.client.ok(path, body)
        assert payload["response_code"] == 120
        found = payload["check_transaction_id"]
        assert isinstance(found, int)
        return found

    def row(self, check: int) -> CheckRow:
        self.desk.catch_up()
        row = self.desk.book.check(check)
        assert row is not None
        assert violations(self.desk.book) == []
        return row

    def pass_days(self, days: int) -> None:
        """Days go by; a client logs in anew then."""
        self.client.clock.advance(timedelta(days=days))
        self.client.log_in()

    def way(self, check: int, days: int) -> list[str]:
        """The statuses that a check takes, looked at each day."""
        seen = [self.row(check).status.value]
        for _ in range(days):
            self.pass_days(1)
            status = self.row(check).status.value
            seen += [status] if status != seen[-1] else []
        return seen

    def code(self, path: str, **body: object) -> object:
        return self.client.call(path, body).json()["response_code"]


@pytest.fixture
def checks() -> Checks:
    return Checks()


@pytest.mark.parametrize(
    ("amount", "way"),
    [
        ("10.00", ["ACCEPTED", "ORIGINATED", "SETTLED"]),
        ("1.01", ["ACCEPTED", "ORIGINATED", "NSF_DECLINED"]),
        ("1.02", ["ACCEPTED", "ORIGINATED", "RETURNED"]),
        ("1.10", ["ACCEPTED", "ORIGINATED", "SETTLED", "RETURNED"]),
        ("1.22", ["ACCEPTED", "FAILED"]),
        ("1.24", ["VERIFYING", "ACCEPTED", "ORIGINATED", "SETTLED"]),
    ],
)
def test_an_amount_decides_the_way_of_a_check(checks: Checks, amount: str, way: list[str]) -> None:
    assert checks.way(checks.take(amount), 30) == way


@pytest.mark.parametrize(("account", "code"), [("990001", "R01"), ("990002", "R02"), ("990010", "R10")])
def test_a_test_account_decides_as_well(checks: Checks, account: str, code: str) -> None:
    check = checks.take("10.00", check=CHECK | {"account_number": account})
    checks.pass_days(30)
    assert checks.row(check).return_code == code


def test_each_step_stands_at_its_own_time_however_late_somebody_looks(checks: Checks) -> None:
    # Wednesday evening in Spokane: handed over on Thursday at 17:00, settled on Tuesday at 6:00.
    check = checks.take("10.00")
    checks.pass_days(200)
    assert checks.row(check).settled_at is not None
    assert f"{checks.row(check).settled_at}" == "2026-06-09 13:00:00+00:00"
    assert [entry.deposit_id for entry in checks.desk.book.entries()] == ["20260609-D0001"]


@pytest.mark.parametrize("amount", ["1.20", "1.21", "1.23"])
def test_a_check_that_is_refused_at_once_is_not_processed(checks: Checks, amount: str) -> None:
    answer = checks.client.call(SALE, {"amount": amount, "check": CHECK}).json()
    assert (answer["success"], answer["response_code"], answer["ach_code"]) == (False, 125, 0)
    assert checks.way(answer["check_transaction_id"], 10)[1:] == []


def test_a_held_check_waits_until_it_is_funded_in_full_or_in_part(checks: Checks) -> None:
    held, part = checks.take("10.00", HOLD), checks.take("20.00", HOLD)
    assert checks.way(held, 20) == ["INITIATED"]
    assert checks.code(FUND, check_transaction_id=held) == 124
    assert checks.code(FUND, check_transaction_id=str(part), amount="20.01") == 125
    assert checks.code(FUND, check_transaction_id=str(part), amount="5.00") == 124
    assert checks.way(part, 10)[-1] == "SETTLED"
    assert (checks.row(held).amount_cents, checks.row(part).amount_cents) == (1000, 500)
    assert error_codes(checks.client.call(FUND, {"check_transaction_id": held})) == ["80"]


def test_a_void_stops_what_the_bank_does_not_have(checks: Checks) -> None:
    held, sold, gone = checks.take("1.00", HOLD), checks.take("2.00"), checks.take("3.00")
    for check in (held, sold):
        assert checks.code(VOID, check_transaction_id=check) == 124
        assert error_codes(checks.client.call(VOID, {"check_transaction_id": check})) == ["80"]
    checks.pass_days(2)
    assert error_codes(checks.client.call(VOID, {"check_transaction_id": gone})) == ["80"]
    assert checks.way(sold, 10) == ["VOIDED"]


def test_a_refund_is_for_what_settled_and_never_for_more(checks: Checks) -> None:
    check = checks.take("10.00")
    assert error_codes(checks.client.call(REFUND, {"check_transaction_id": check})) == ["80"]
    checks.pass_days(10)
    first = checks.client.ok(REFUND, {"check_transaction_id": check, "amount": "4.00"})
    assert first["check_transaction_id"] != check
    assert checks.code(REFUND, check_transaction_id=check, amount="6.01") == 125
    assert checks.code(REFUND, check_transaction_id=check) == 122
    assert checks.code(REFUND, check_transaction_id=check, amount="0.01") == 125
    checks.pass_days(10)
    checks.desk.catch_up()
    assert sum(entry.amount_cents for entry in checks.desk.book.entries()) == 0
    assert violations(checks.desk.book) == []


def test_a_refund_that_is_stopped_may_be_made_again(checks: Checks) -> None:
    check = checks.take("10.00")
    checks.pass_days(10)
    for _ in range(2):
        refund = checks.client.ok(REFUND, {"check_transaction_id": check})["check_transaction_id"]
        assert checks.code(VOID, check_transaction_id=refund) == 124


def test_a_customer_may_have_an_account_a_card_or_both(checks: Checks) -> None:
    checks.client.ok("/v1/customer/create", {"customer_id": "A", "check": CHECK, "billing_address": BILLING})
    checks.client.ok("/v1/customer/create", {"customer_id": "B", "check": CHECK, "credit_card": card()})
    checks.client.ok("/v1/customer/create", {"customer_id": "C", "credit_card": card()})
    codes = {
        who: (
            checks.code("/v1/checks/sale/by_customer", customer_id=who, amount=1),
            checks.code("/v1/transactions/sale/by_customer", customer_id=who, amount=1),
        )
        for who in "ABC"
    }
    assert codes == {"A": (120, 1), "B": (120, 101), "C": (1, 101)}
    checks.client.ok("/v1/customer/update", {"customer_id": "C", "check": CHECK})
    assert checks.code("/v1/checks/hold/by_customer", customer_id="C", amount=2) == 120


def test_an_exported_customer_shows_the_account_masked(checks: Checks) -> None:
    checks.client.ok("/v1/customer/create", {"customer_id": "A", "check": CHECK, "billing_address": BILLING})
    answer = checks.client.call("/v1/customer/export", {"customer_id": "A"})
    exported = answer.json()["customers"][0]
    assert exported["credit_card"] is None
    assert exported["check"]["masked_account_number"] == "************3456"
    assert "123456" not in answer.text


def test_everything_wrong_is_told_at_once(checks: Checks) -> None:
    wrong = {"account_number": "12", "routing_number": "325070761"}
    body = {"amount": "x", "customer_id": "nobody", "check": wrong}
    assert error_codes(checks.client.call(SALE, body)) == ["30", "45", "46", "901"]


def test_amounts_that_lose_the_answer_do_so_for_checks(checks: Checks) -> None:
    for amount in ("0.33", "0.34"):
        assert checks.client.call(SALE, {"amount": amount, "check": CHECK}).status_code == 500
    assert [row.amount_cents for row in CheckBook(checks.client.ledger.documents).checks()] == [34]
