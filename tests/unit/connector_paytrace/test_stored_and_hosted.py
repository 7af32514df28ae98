"""Vault, schedules, hosted fields and receipts: what is sent, and what the answers become."""

from __future__ import annotations

import json
from datetime import date

import httpx2
import pytest

from counterfoil.connectors.paytrace.protect import script
from counterfoil.connectors.paytrace.settings import PRODUCTION, SANDBOX
from counterfoil.domain.address import Address
from counterfoil.domain.identifiers import TransactionId
from counterfoil.domain.money import Money
from counterfoil.domain.payment import Tender
from counterfoil.ports.errors import ConfigurationError, DecisionError, DefectError, TransientError
from counterfoil.ports.hosted import NotMade, PayLink, PayLinkRequest, Sent
from counterfoil.ports.instructions import NotOffered, OneTimeToken, StoredPayer, Unknown
from counterfoil.ports.recurring import Frequency, NotScheduled, Schedule, Scheduled
from counterfoil.ports.vault import CustomerChange, Kept, NewCustomer, NotKept, NotUnique, StoredCustomer
from counterfoil.security.secrets import Secret
from tests.unit.connector_paytrace.gateway import PreparedPaytrace, exported, reply
from tests.unit.connector_paytrace.records import a_record

C1 = StoredPayer(reference="c1")
TOKEN = OneTimeToken(token=Secret("hpf"), key=Secret("enc"))
PLACE = Address(name="Ann Lee", line_1="12 Elm St", zip="99201")
NEW = NewCustomer(label="c1", source=TOKEN, billing=PLACE, email="ann@example.com")
CREATE = "/v1/customer/pt_protect_create"
PLAN = Schedule(
    payer=C1,
    amount=Money.of("24.95", "USD"),
    every=Frequency.HALF_YEARLY,
    starts_on=date(2026, 10, 1),
    times=12,
)
UUID = TransactionId("0f2f8b1e-1111-4222-8333-944445555666")
LINK = PayLinkRequest(
    invoice_id="INV-1", amount=Money.of("50", "USD"), email="ann@example.com", expires_on=date(2026, 4, 1)
)


def v1(path: str, *replies: httpx2.Response | Exception) -> PreparedPaytrace:
    paytrace = PreparedPaytrace()
    paytrace.prepare(path, *replies)
    return paytrace


def v3(path: str, *replies: httpx2.Response | Exception) -> PreparedPaytrace:
    paytrace = PreparedPaytrace(generation="v3")
    paytrace.prepare(path, *replies)
    return paytrace


def errors(**codes: str) -> httpx2.Response:
    told = {code.removeprefix("e"): [text] for code, text in codes.items()}
    return reply({"success": False, "response_code": 1, "errors": told}, 400)


def test_a_customer_is_made_of_a_one_time_token_and_never_of_a_number() -> None:
    paytrace = v1(CREATE, reply({"success": True, "response_code": 160, "customer_id": "c1"}))
    assert paytrace.connection.vault.create(NEW) == Kept(payer=C1)
    assert paytrace.bodies(CREATE) == [
        {
            "customer_id": "c1",
            "hpf_token": "hpf",
            "enc_key": "enc",
            "billing_address": {"name": "Ann Lee", "street_address": "12 Elm St", "zip": "99201"},
            "email": "ann@example.com",
            "integrator_id": "intg-1",
        }
    ]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (errors(e171="Please provide a unique customer ID."), NotUnique),
        (errors(e43="Expired."), NotKept),
        (errors(e9="duplicate"), Unknown),
        (reply({"success": True, "response_code": 101}), Unknown),
        (reply({}, 500), Unknown),
    ],
)
def test_a_customer_that_is_not_kept_says_why(answer: httpx2.Response, kind: type[object]) -> None:
    assert isinstance(v1(CREATE, answer).connection.vault.create(NEW), kind)


def test_a_bank_account_comes_into_the_vault_by_no_number() -> None:
    bank = NewCustomer(label="c1", source=TOKEN, billing=PLACE, tender=Tender.ACH)
    for generation in (v1("x"), v3("x")):
        assert isinstance(generation.connection.vault.create(bank), NotOffered)
        assert generation.requests == []


def test_v3_keeps_the_account_of_a_bank_payment() -> None:
    path = "/v3/customer/ach/create/by-transaction"
    paytrace = v3(path, reply({"data": {"customer_id": 99}}))
    kept = paytrace.connection.vault.create(NewCustomer(label="c1", source=UUID, billing=PLACE))
    assert kept == Kept(payer=StoredPayer(reference="99"))
    assert paytrace.bodies(path) == [{"merchant_id": 100001, "transaction_id": UUID, "customer_label": "c1"}]


def test_only_what_changes_is_sent() -> None:
    path = "/v1/customer/update"
    paytrace = v1(path, *(reply({"success": True, "response_code": 161}) for _ in range(2)))
    vault = paytrace.connection.vault
    assert vault.update(C1, CustomerChange(label="c2")) == Kept(payer=StoredPayer(reference="c2"))
    vault.update(C1, CustomerChange(email=""))
    bodies = [
        {name: body[name] for name in body if name != "integrator_id"} for body in paytrace.bodies(path)
    ]
    assert bodies == [{"customer_id": "c1", "new_id": "c2"}, {"customer_id": "c1", "email": ""}]


def test_every_customer_is_listed_without_more_than_last_digits() -> None:
    path = "/v1/customer/export"
    records = [
        {
            "customer_id": "c1",
            "credit_card": {
                "masked_number": "xxxxxxxxxxxx1111",
                "expiration_month": 4,
                "expiration_year": 30,
            },
            "billing_address": {"name": " Ann Lee ", "street_address": "12 Elm St", "zip": "99201"},
            "email": "ann@example.com",
        },
        {"customer_id": 17, "credit_card": None, "check": {"masked_account_number": "*****6789"}},
    ]
    found = v1(path, reply({"success": True, "customers": records})).connection.vault.all()
    assert found == [
        StoredCustomer(
            reference="c1",
            label="c1",
            name="Ann Lee",
            billing=Address(name="Ann Lee", line_1="12 Elm St", zip="99201"),
            email="ann@example.com",
            last_four="1111",
            expires="2030-04",
        ),
        StoredCustomer(reference="17", label="17", tender=Tender.ACH),
    ]


def test_an_unknown_customer_is_none_and_a_refused_export_a_question() -> None:
    path = "/v1/customer/export"
    assert v1(path, errors(e30="not found")).connection.vault.find(C1) is None
    with pytest.raises(DecisionError, match="Not today"):
        v1(path, errors(e1="Not today.")).connection.vault.all()
    gone = v3("/v3/customer/99", reply({"message": "The customer was not found."}, 404))
    assert gone.connection.vault.find(StoredPayer(reference="99")) is None


def test_v3_lists_customers_page_by_page_and_never_asks_for_their_numbers() -> None:
    path = "/v3/customer"
    page = [{"customer_id": number, "customer_label": f"c{number}"} for number in range(50)]
    more = [{"customer_id": 50, "customer_label": "c50", "bank_account": {"account_number": "*****6789"}}]
    paytrace = v3(path, reply({"data": page}), reply({"data": more}))
    found = paytrace.connection.vault.all()
    assert [customer.label for customer in found] == [f"c{number}" for number in range(51)]
    assert (found[-1].tender, found[-1].last_four) == (Tender.ACH, "6789")
    assert all("include_card_number" not in request.url.params for request in paytrace.asked(path))


def test_v3_tells_a_label_that_is_taken_or_too_long() -> None:
    path = "/v3/customer/create/pt-protect"
    taken = reply({"message": {"data": [{"field": "customer_label", "detail": "must be unique."}]}}, 422)
    assert isinstance(v3(path, taken).connection.vault.create(NEW), NotUnique)
    assert isinstance(v3(path, reply({"data": {}})).connection.vault.create(NEW), Unknown)
    with pytest.raises(DefectError):
        v3(path).connection.vault.create(NewCustomer(label="x" * 51, source=TOKEN, billing=PLACE))


def test_a_schedule_carries_the_codes_of_the_gateway() -> None:
    path = "/v1/recurrence/create"
    paytrace = v1(path, reply({"success": True, "response_code": 150, "recurrence": {"id": 12}}))
    assert paytrace.connection.recurring.create(PLAN) == Scheduled(id="12")
    [body] = paytrace.bodies(path)
    assert body["customer_id"] == "c1"
    assert body["recurrence"] == {
        "amount": "24.95",
        "customer_receipt": False,
        "frequency": "8",
        "start_date": "10/1/2026",
        "total_count": "12",
        "transaction_type": "sale",
        "type": "C",
    }


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (errors(e30="not found"), NotScheduled),
        (reply({"success": True, "response_code": 150}), Unknown),
        (reply({"success": True, "response_code": 1, "recurrence": {"id": 12}}), Unknown),
        (reply({}, 502), Unknown),
    ],
)
def test_a_schedule_that_is_not_made_says_why(answer: httpx2.Response, kind: type[object]) -> None:
    assert isinstance(v1("/v1/recurrence/create", answer).connection.recurring.create(PLAN), kind)


def test_the_last_payment_of_a_schedule_is_the_latest() -> None:
    path = "/v1/recurrence/export_approved"
    later = a_record(transaction_id=9, created={"at": "5/10/2015 1:00:00 AM"})
    paytrace = v1(path, exported(a_record(), later), exported(), errors(e30="not found"))
    recurring = paytrace.connection.recurring
    found = recurring.last_approved(C1)
    assert found is not None
    assert found.lineage == "M1/9"
    assert recurring.last_approved(C1) is None
    assert recurring.last_approved(C1) is None
    with pytest.raises(ConfigurationError, match="not public"):
        v3("x").connection.recurring.last_approved(C1)


def test_the_key_for_the_hosted_fields_is_a_secret_of_one_page() -> None:
    path = "/v1/payment_fields/token/create"
    key = v1(path, reply({"clientKey": "ck"})).connection.hosted.client_key()
    assert (key.key, key.script) == (Secret("ck"), "https://paytrace.example/js/protect.min.js")
    assert "ck" not in repr(key)
    with pytest.raises(ConfigurationError):
        v1(path, errors(e981="no")).connection.hosted.client_key()
    with pytest.raises(TransientError):
        v1(path, reply({"success": True})).connection.hosted.client_key()
    with pytest.raises(TransientError):
        v3("/v3/payment-fields/token", reply({"data": {}})).connection.hosted.client_key()


def test_the_program_of_the_hosted_fields_belongs_to_its_gateway() -> None:
    assert script(PRODUCTION) == "https://protect.paytrace.com/js/protect.min.js"
    assert script(SANDBOX + "/") == "https://protect.sandbox.paytrace.com/js/protect.min.js"


def test_a_pay_link_fixes_invoice_and_amount() -> None:
    paytrace = v3("/v3/invoice", reply({"data": {"invoice_id": 5, "link": "https://pay.example/5"}}))
    assert paytrace.connection.hosted.pay_link(LINK) == PayLink(id="5", url="https://pay.example/5")
    [body] = paytrace.bodies("/v3/invoice")
    assert (body["invoice_number"], body["is_invoice_number_editable"]) == ("INV-1", False)
    assert (body["invoice_amount"], body["is_amount_editable"]) == ("50.00", False)
    assert body["expire_at"] == "2026-04-01"
    refused = reply({"message": "expire_at is past"}, 422)
    assert v3("/v3/invoice", refused).connection.hosted.pay_link(LINK) == NotMade(why="expire_at is past")
    assert isinstance(v3("/v3/invoice", reply({}, 500)).connection.hosted.pay_link(LINK), Unknown)
    assert isinstance(v1("x").connection.hosted.pay_link(LINK), NotOffered)


def test_receipts_name_the_transaction_by_its_kind() -> None:
    path = "/v1/transactions/email_receipt"
    sent = reply({"success": True, "response_code": 149})
    paytrace = v1(path, sent, reply({"success": True, "response_code": 149}), errors(e58="unknown"))
    hosted = paytrace.connection.hosted
    assert hosted.email_receipt(TransactionId("7"), "a@b.example") == Sent()
    assert hosted.email_receipt(TransactionId("check-7"), "a@b.example") == Sent()
    assert hosted.email_receipt(TransactionId("8"), "a@b.example") == NotMade(why="unknown")
    first, second, _ = paytrace.bodies(path)
    assert (first["transaction_id"], second["check_transaction_id"]) == ("7", "7")
    checks = "/v3/checks/email/receipt"
    bank = v3(checks, reply({"data": {}}))
    assert bank.connection.hosted.email_receipt(UUID, "a@b.example") == Sent()
    assert bank.bodies(checks) == [{"to": ["a@b.example"], "ach_transaction_id": UUID}]


def test_a_one_time_token_never_shows_itself() -> None:
    assert "hpf" not in repr(NEW)
    assert "enc" not in repr(TOKEN).replace("OneTimeToken", "")
    with pytest.raises(TypeError):
        json.dumps(TOKEN.token)
