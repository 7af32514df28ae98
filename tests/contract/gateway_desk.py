"""A merchant's desk at a PayTrace: what a contract test needs there before the connector does its part."""

from __future__ import annotations

from abc import ABC, abstractmethod

from counterfoil.connectors.paytrace.connector import PaytraceConnection
from counterfoil.domain.address import Address
from counterfoil.domain.identifiers import MerchantId, TransactionId
from counterfoil.domain.money import Money
from counterfoil.domain.payment import Tender
from counterfoil.ports.instructions import Answer, Carried, Charge, OneTimeToken, StoredPayer
from counterfoil.ports.vault import NewCustomer

MERCHANT = MerchantId("M1")
BILLING = Address(name="Steve Smith", line_1="12 Elm St", city="Spokane", state="WA", zip="99201")


def usd(amount: str) -> Money:
    return Money.of(amount, "USD")


class Desk(ABC):
    """Arranges what stands at the gateway; every backend of the contract has one."""

    connection: PaytraceConnection
    declined = usd("0.30")
    """An amount that the bank declines."""
    check_declined = usd("1.20")
    has_holds = True
    """Whether bank payments can be put on hold, let go, voided and refunded."""

    @abstractmethod
    def payer(self) -> StoredPayer:
        """A vault customer with a card."""

    @abstractmethod
    def account(self) -> StoredPayer:
        """A vault customer with a bank account."""

    @abstractmethod
    def token(self) -> OneTimeToken:
        """What a browser gets for a card in the gateway's own fields."""

    @abstractmethod
    def settle(self) -> None:
        """Everything that waits is settled."""

    @abstractmethod
    def pass_bank_days(self) -> None:
        """Bank payments settle."""

    @abstractmethod
    def unknown(self) -> TransactionId:
        """A number that no transaction has."""

    @abstractmethod
    def without_permission(self) -> PaytraceConnection:
        """A connection whose user may not refund."""

    def charge(self, amount: str | Money, invoice: str = "CF-1", *, capture: bool = True) -> Answer:
        """A charge of the stored card."""
        money = usd(amount) if isinstance(amount, str) else amount
        return self.connection.gateway.carry_out(
            Charge(payer=self.payer(), amount=money, invoice_id=invoice, capture=capture, billing=BILLING)
        )

    def pay_by_bank(self, amount: str | Money, invoice: str = "CF-B1", *, capture: bool = True) -> Answer:
        money = usd(amount) if isinstance(amount, str) else amount
        return self.connection.gateway.carry_out(
            Charge(payer=self.account(), amount=money, invoice_id=invoice, tender=Tender.ACH, capture=capture)
        )

    def charged(self, amount: str, invoice: str = "CF-1") -> TransactionId:
        return carried(self.charge(amount, invoice)).transaction

    def authorised(self, amount: str, invoice: str = "CF-A1") -> TransactionId:
        return carried(self.charge(amount, invoice, capture=False)).transaction

    def keep(self, label: str, of: TransactionId) -> object:
        customer = NewCustomer(label=label, source=of, billing=BILLING, email="steve@example.com")
        return self.connection.vault.create(customer)


def carried(answer: Answer) -> Carried:
    assert isinstance(answer, Carried), answer
    return answer
