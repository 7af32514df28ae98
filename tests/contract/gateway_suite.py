"""What the connector must make of a gateway's answers, whichever generation and whoever answers."""

from __future__ import annotations

from decimal import Decimal

import pytest

from counterfoil.domain.level_three import CardScheme, Level3, Level3Line
from counterfoil.ports.errors import ConfigurationError, DefectError
from counterfoil.ports.instructions import (
    Capture,
    Carried,
    Charge,
    Declined,
    FundCheck,
    NotOffered,
    OneTimeToken,
    Refund,
    StoredPayer,
    Void,
)
from counterfoil.ports.vault import Kept, NotUnique
from counterfoil.security.secrets import Secret
from tests.contract.gateway_desk import Desk, carried, usd

LEVEL3 = Level3(
    scheme=CardScheme.VISA,
    invoice="1001",
    purchase_order="PO 7",
    tax=usd("0.50"),
    freight=usd("1.00"),
    from_zip="99201",
    to_zip="94948",
    to_country="US",
    lines=(
        Level3Line(
            description="A widget whose description is longer than the gateway takes",
            product_code="W-1",
            quantity=Decimal(2),
            unit="EA",
            unit_price=usd("5.25"),
            amount=usd("10.50"),
            tax=usd("0.50"),
            tax_rate=Decimal("4.76"),
        ),
    ),
)


class GatewaySuite:
    """Tests over a fixture `desk`: what an instruction becomes."""

    def test_a_charge_of_a_stored_card_is_carried_out(self, desk: Desk) -> None:
        assert carried(desk.charge("12.50")).transaction.isdecimal()

    def test_a_charge_that_the_bank_declines_took_no_money(self, desk: Desk) -> None:
        answer = desk.charge(desk.declined)
        assert isinstance(answer, Declined)
        assert answer.transaction is not None
        assert answer.why == "DECLINE - Do not honor"

    def test_an_authorisation_is_captured_in_part(self, desk: Desk) -> None:
        held = desk.authorised("20.00")
        answer = desk.connection.gateway.carry_out(Capture(transaction=held, amount=usd("15.00")))
        assert carried(answer).transaction == held

    def test_a_charge_is_void_before_it_settles(self, desk: Desk) -> None:
        sold = desk.charged("11.00")
        assert carried(desk.connection.gateway.carry_out(Void(transaction=sold))).transaction == sold

    def test_a_settled_charge_is_refunded_in_part_by_a_transaction_of_its_own(self, desk: Desk) -> None:
        sold = desk.charged("20.00")
        desk.settle()
        answer = desk.connection.gateway.carry_out(
            Refund(transaction=sold, amount=usd("5.00"), invoice_id="CF-1")
        )
        assert carried(answer).transaction != sold

    def test_what_concerns_no_transaction_is_declined(self, desk: Desk) -> None:
        nothing = desk.unknown()
        for instruction in (Capture(transaction=nothing), Void(transaction=nothing)):
            answer = desk.connection.gateway.carry_out(instruction)
            assert isinstance(answer, Declined), answer
            assert answer.transaction is None
            assert answer.why

    def test_a_bank_payment_is_carried_out(self, desk: Desk) -> None:
        assert carried(desk.pay_by_bank("31.00")).transaction

    def test_a_bank_payment_that_is_not_processed_took_no_money(self, desk: Desk) -> None:
        answer = desk.pay_by_bank(desk.check_declined)
        assert isinstance(answer, Declined)
        assert answer.transaction is not None

    def test_a_bank_payment_on_hold_is_let_go(self, desk: Desk) -> None:
        held = desk.pay_by_bank("32.00", capture=False)
        if not desk.has_holds:
            assert isinstance(held, NotOffered)
            return
        number = carried(held).transaction
        carried(desk.connection.gateway.carry_out(FundCheck(transaction=number, amount=usd("32.00"))))

    def test_a_bank_payment_is_void(self, desk: Desk) -> None:
        paid = carried(desk.pay_by_bank("33.00")).transaction
        answer = desk.connection.gateway.carry_out(Void(transaction=paid))
        assert isinstance(answer, Carried if desk.has_holds else NotOffered), answer

    def test_a_bank_payment_that_settled_is_refunded(self, desk: Desk) -> None:
        paid = carried(desk.pay_by_bank("34.00")).transaction
        desk.pass_bank_days()
        answer = desk.connection.gateway.carry_out(
            Refund(transaction=paid, amount=usd("4.00"), invoice_id="CF-B1")
        )
        assert isinstance(answer, Carried if desk.has_holds else NotOffered), answer

    def test_a_card_is_not_let_go_like_a_bank_payment(self, desk: Desk) -> None:
        held = desk.authorised("20.00")
        assert isinstance(desk.connection.gateway.carry_out(FundCheck(transaction=held)), NotOffered)

    def test_the_payer_of_a_transaction_is_kept_under_a_label_once(self, desk: Desk) -> None:
        sold = desk.charged("12.50")
        assert isinstance(desk.keep("customerTest150", sold), Kept)
        assert isinstance(desk.keep("customerTest150", sold), NotUnique)

    def test_purchase_details_follow_a_charge_and_are_told_of_beside_it(self, desk: Desk) -> None:
        gateway = desk.connection.gateway
        charge = Charge(payer=desk.payer(), amount=usd("12.50"), invoice_id="CF-3", level3=LEVEL3)
        notes = carried(gateway.carry_out(charge)).notes
        assert notes == () if desk.has_holds else "not public" in notes[0]

    def test_a_user_without_the_permission_is_a_matter_of_configuration(self, desk: Desk) -> None:
        sold = desk.charged("20.00")
        desk.settle()
        gateway = desk.without_permission().gateway
        with pytest.raises(ConfigurationError):
            gateway.carry_out(Refund(transaction=sold, amount=usd("5.00"), invoice_id="CF-1"))

    @pytest.mark.parametrize(
        "odd",
        [
            Charge(payer=StoredPayer(reference=""), amount=usd("1"), invoice_id="CF-1"),
            Charge(payer=StoredPayer(reference="1"), amount=usd("1.005"), invoice_id="CF-1"),
            Charge(payer=StoredPayer(reference="1"), amount=usd("1"), invoice_id=""),
            Charge(payer=StoredPayer(reference="1"), amount=usd("1"), invoice_id="C", surcharge=usd("1")),
            Charge(payer=OneTimeToken(token=Secret(""), key=Secret("k")), amount=usd("1"), invoice_id="C"),
        ],
    )
    def test_what_makes_no_sense_is_never_sent(self, desk: Desk, odd: Charge) -> None:
        with pytest.raises(DefectError):
            desk.connection.gateway.carry_out(odd)
