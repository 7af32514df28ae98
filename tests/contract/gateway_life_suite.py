"""What the connector must make of transactions as they live, over a gateway that keeps them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from counterfoil.domain.identifiers import TransactionId
from counterfoil.domain.money import Money
from counterfoil.domain.payment import PaymentKind, PaymentStatus, Tender
from counterfoil.ports.errors import ConfigurationError
from counterfoil.ports.gateway import GatewayRecord
from counterfoil.ports.hosted import PayLink, PayLinkRequest, Sent
from counterfoil.ports.instructions import (
    Capture,
    Charge,
    Declined,
    NotOffered,
    NotYet,
    OneTimeToken,
    Refund,
    TooLate,
    Unknown,
    Void,
)
from counterfoil.ports.recurring import Frequency, NotScheduled, Schedule, Scheduled
from counterfoil.ports.vault import CustomerChange, Kept, NewCustomer
from counterfoil.security.secrets import Secret
from tests.contract.gateway_desk import BILLING, carried, usd
from tests.contract.sandbox_desk import SandboxDesk


class GatewayLifeSuite:
    """Tests over a fixture `site`: a desk at a sandbox behind a socket."""

    def test_the_connection_test_passes(self, site: SandboxDesk) -> None:
        assert [(check.name, check.works) for check in site.connection.test_connection()][:3] == [
            ("reach PayTrace", True),
            ("log in", True),
            ("read transactions", True),
        ]

    def test_a_wrong_user_is_a_matter_of_configuration(self, site: SandboxDesk) -> None:
        connection = site.connect(user="nobody")
        with pytest.raises(ConfigurationError, match="refused the log-in"):
            connection.gateway.fetch_transaction(TransactionId("1"))
        assert [check.works for check in connection.test_connection()] == [True, False]

    def test_a_charge_is_read_with_everything_that_matching_needs(self, site: SandboxDesk) -> None:
        charge = Charge(
            payer=site.payer(),
            amount=usd("1234.50"),
            invoice_id="INV-1001",
            order_reference="PO 7",
            billing=BILLING,
        )
        sold = carried(site.connection.gateway.carry_out(charge)).transaction
        payment = site.fetch(sold).payment
        assert (payment.transaction, payment.merchant, payment.tender) == (sold, "M1", Tender.CARD)
        assert (payment.kind, payment.status) == (PaymentKind.PAYMENT, PaymentStatus.CAPTURED)
        assert (payment.amount, payment.created_at) == (usd("1234.50"), site.now())
        assert (payment.invoice_reference, payment.order_reference) == ("INV-1001", "PO 7")
        assert payment.vault_customer == site.payer().reference
        assert (payment.payer_name, payment.last_four) == ("Steve Smith", "5439")
        assert payment.approval_code

    def test_an_authorisation_is_followed_to_its_settlement(self, site: SandboxDesk) -> None:
        held = site.authorised("20.00")
        assert site.status(held) is PaymentStatus.AUTHORISED
        carried(site.connection.gateway.carry_out(Capture(transaction=held, amount=usd("15.00"))))
        assert site.fetch(held).payment.amount == usd("15.00")
        assert site.status(held) is PaymentStatus.CAPTURED
        site.pass_time(timedelta(hours=1))
        site.settle()
        settled = site.fetch(held).payment
        assert (settled.status, settled.settled_at) == (PaymentStatus.SETTLED, site.now())

    def test_a_void_a_decline_and_an_approval_voided_at_once_are_no_money(self, site: SandboxDesk) -> None:
        sold = site.charged("11.00")
        carried(site.connection.gateway.carry_out(Void(transaction=sold)))
        assert site.status(sold) is PaymentStatus.VOIDED
        for amount, status in (
            ("0.29", PaymentStatus.FAILED),
            ("0.30", PaymentStatus.FAILED),
            ("0.31", PaymentStatus.VOIDED),
        ):
            answer = site.charge(amount)
            assert isinstance(answer, Declined)
            assert answer.transaction is not None
            assert site.status(answer.transaction) is status

    def test_a_refund_is_told_as_one_with_what_was_given_back(self, site: SandboxDesk) -> None:
        sold = site.charged("20.00", "INV-7")
        site.settle()
        refund = Refund(transaction=sold, amount=usd("5.00"), invoice_id="INV-7")
        given = carried(site.connection.gateway.carry_out(refund)).transaction
        payment = site.fetch(given).payment
        assert (payment.kind, payment.amount) == (PaymentKind.REFUND, usd("5.00"))
        assert payment.invoice_reference == "INV-7"

    def test_a_refund_before_settlement_is_not_yet_and_a_void_after_it_too_late(
        self, site: SandboxDesk
    ) -> None:
        gateway = site.connection.gateway
        sold = site.charged("20.00")
        refund = Refund(transaction=sold, amount=usd("5.00"), invoice_id="CF-1")
        assert isinstance(gateway.carry_out(refund), NotYet)
        site.settle()
        assert isinstance(gateway.carry_out(Void(transaction=sold)), TooLate)
        carried(gateway.carry_out(refund))

    def test_no_more_is_given_back_than_was_taken(self, site: SandboxDesk) -> None:
        sold = site.charged("20.00")
        site.settle()
        refund = Refund(transaction=sold, amount=usd("20.01"), invoice_id="CF-1")
        assert isinstance(site.connection.gateway.carry_out(refund), Declined)

    def test_an_unknown_transaction_is_none(self, site: SandboxDesk) -> None:
        assert site.connection.gateway.fetch_transaction(site.unknown()) is None

    def test_a_range_holds_every_transaction_of_its_days_as_it_is(self, site: SandboxDesk) -> None:
        sold = [site.charged(f"{each}.00", f"CF-{each}") for each in range(1, 6)]
        gateway, today = site.connection.gateway, site.today()
        assert list(gateway.fetch_range(today, today)) == [site.fetch(each) for each in sold]
        a_day = timedelta(days=1)
        assert gateway.fetch_range(today - 9 * a_day, today - a_day) == []

    def test_transactions_are_found_by_the_invoice_id(self, site: SandboxDesk) -> None:
        sold = site.charged("12.50", "CF-77")
        site.charged("12.50", "CF-78")
        found = site.connection.gateway.find_by_invoice("CF-77", site.today(), site.today())
        assert [record.payment.transaction for record in found if isinstance(record, GatewayRecord)] == [sold]

    def test_a_charge_to_nobody_is_declined(self, site: SandboxDesk) -> None:
        answer = site.charge_of("999", "12.50")
        assert isinstance(answer, Declined)
        assert "not found" in answer.why

    def test_a_repeat_that_the_gateway_blocks_is_unknown(self, site: SandboxDesk) -> None:
        site.charged("12.50", "CF-1")
        assert isinstance(site.charge("12.50", "CF-1"), Unknown)
        site.charged("12.50", "CF-2")

    @pytest.mark.parametrize(("amount", "made"), [("0.33", 0), ("0.34", 1), ("0.32", 1)])
    def test_a_charge_whose_answer_is_lost_is_unknown_and_is_found_if_it_was_made(
        self, site: SandboxDesk, amount: str, made: int
    ) -> None:
        payer = site.payer()
        site.connection = site.connect(read_seconds=1)
        assert isinstance(site.charge_of(payer.reference, amount, "CF-L"), Unknown)
        found = site.connection.gateway.find_by_invoice("CF-L", site.today(), site.today())
        assert len(found) == made

    def test_an_expired_token_is_renewed_without_anybody_noticing(self, site: SandboxDesk) -> None:
        sold = site.charged("3.00")
        site.pass_time(timedelta(hours=3))
        site.fetch(sold)

    def test_a_card_from_the_hosted_fields_is_charged_once(self, site: SandboxDesk) -> None:
        key = site.connection.hosted.client_key()
        assert key.key
        assert key.script.endswith("protect.min.js")
        gateway, token = site.connection.gateway, site.token()
        charge = Charge(payer=token, amount=usd("9.00"), invoice_id="CF-T", billing=BILLING)
        sold = carried(gateway.carry_out(charge)).transaction
        assert site.status(sold) is PaymentStatus.CAPTURED
        assert not isinstance(gateway.carry_out(charge), type(carried(gateway.carry_out(site.fresh(charge)))))

    def test_a_card_from_the_hosted_fields_is_kept_found_and_forgotten(self, site: SandboxDesk) -> None:
        vault = site.connection.vault
        new = NewCustomer(label="kept-1", source=site.token(), billing=BILLING, email="steve@example.com")
        kept = vault.create(new)
        assert isinstance(kept, Kept)
        stored = vault.find(kept.payer)
        assert stored is not None
        assert (stored.label, stored.name, stored.email) == ("kept-1", "Steve Smith", "steve@example.com")
        assert (stored.tender, stored.last_four, stored.expires) == (Tender.CARD, "5439", "2030-12")
        assert stored in vault.all()
        change = CustomerChange(label="kept-2", source=site.token(), email="ann@example.com")
        changed = vault.update(kept.payer, change)
        assert isinstance(changed, Kept)
        kept = changed
        told = vault.find(kept.payer)
        assert told is not None
        assert (told.label, told.name, told.email) == ("kept-2", "Steve Smith", "ann@example.com")
        carried(site.charge_of(kept.payer.reference, "4.00"))
        assert isinstance(vault.delete(kept.payer), Kept)
        assert vault.find(kept.payer) is None

    def test_a_bank_payment_settles_days_later_and_one_that_comes_back_is_told(
        self, site: SandboxDesk
    ) -> None:
        paid = carried(site.pay_by_bank("31.00", "CF-B1")).transaction
        bad = carried(site.pay_by_bank("1.02", "CF-B2")).transaction
        if not site.connection.gateway.tells_of(Tender.ACH):
            assert site.connection.gateway.find_by_invoice("CF-B1", site.today(), site.today()) == []
            return
        made_on = site.today()
        assert site.status(paid) is PaymentStatus.CAPTURED
        site.pass_bank_days()
        found = site.connection.gateway.fetch_range(made_on, made_on)
        told = {each.payment.transaction: each.payment for each in found if isinstance(each, GatewayRecord)}
        assert told[paid].status is PaymentStatus.SETTLED
        assert (told[paid].tender, told[paid].invoice_reference) == (Tender.ACH, "CF-B1")
        assert told[bad].status is PaymentStatus.RETURNED
        assert "R02" in told[bad].vendor_status

    def test_batches_tell_what_was_settled_together(self, site: SandboxDesk) -> None:
        first, second = site.charged("20.00", "CF-1"), site.charged("30.00", "CF-2")
        site.settle()
        refund = Refund(transaction=first, amount=usd("5.00"), invoice_id="CF-1")
        given = carried(site.connection.gateway.carry_out(refund)).transaction
        site.settle()
        gateway, today = site.connection.gateway, site.today()
        taken, given_back = sorted(gateway.fetch_batches(today, today), key=lambda batch: batch.number)
        assert (taken.payments, taken.payments_total, taken.settlement.net) == (2, usd("50.00"), usd("50.00"))
        assert (given_back.refunds, given_back.refunds_total) == (1, usd("5.00"))
        assert given_back.settlement.net == -usd("5.00")
        assert self.numbers(site, taken.number) == {first, second}
        assert self.numbers(site, given_back.number) == {given}

    def test_a_schedule_is_made_read_changed_and_ended(self, site: SandboxDesk) -> None:
        recurring = site.connection.recurring
        plan = Schedule(
            payer=site.payer(),
            amount=Money.of("24.95", "USD"),
            every=Frequency.MONTHLY,
            starts_on=site.today() + timedelta(days=1),
        )
        made = recurring.create(plan)
        assert isinstance(made, Scheduled)
        assert made.id
        [stored] = recurring.all()
        assert (stored.id, stored.payer, stored.amount) == (made.id, plan.payer, plan.amount)
        assert (stored.every, stored.next_on) == (Frequency.MONTHLY, plan.starts_on)
        assert recurring.update(made.id, replace(plan, amount=usd("30.00"))) == made
        assert [each.amount for each in recurring.all()] == [usd("30.00")]
        assert recurring.delete(made.id) == made
        assert recurring.all() == []
        assert isinstance(recurring.delete(made.id), NotScheduled)

    def test_an_invoice_is_paid_at_a_link_or_that_is_not_offered(self, site: SandboxDesk) -> None:
        terms = "https://shop.example/terms"
        request = PayLinkRequest(
            invoice_id="INV-9",
            amount=usd("50.00"),
            email="steve@example.com",
            expires_on=site.today() + timedelta(days=4),
            terms_url=terms,
        )
        made = site.connection.hosted.pay_link(request)
        assert isinstance(made, NotOffered) or (isinstance(made, PayLink) and made.url.startswith("http"))

    def test_a_receipt_is_sent_by_the_gateway_or_not_offered(self, site: SandboxDesk) -> None:
        sold = site.charged("12.50")
        answer = site.connection.hosted.email_receipt(sold, "steve@example.com")
        assert isinstance(answer, NotOffered | Sent)

    def test_a_token_for_a_bank_payment_is_not_offered(self, site: SandboxDesk) -> None:
        token = OneTimeToken(token=Secret("t"), key=Secret("k"))
        charge = Charge(payer=token, amount=usd("9.00"), invoice_id="CF-T", tender=Tender.ACH)
        assert isinstance(site.connection.gateway.carry_out(charge), NotOffered)

    def numbers(self, site: SandboxDesk, batch: str) -> set[TransactionId]:
        found = site.connection.gateway.fetch_batch(batch)
        return {record.payment.transaction for record in found if isinstance(record, GatewayRecord)}
