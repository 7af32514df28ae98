"""The desk at our sandbox, behind a socket: cards are keyed there by an independent client."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta

from typing_extensions import override

from counterfoil.connectors.paytrace.connector import PaytraceConnection, connect
from counterfoil.connectors.paytrace.settings import Generation, PaytraceSettings
from counterfoil.domain.identifiers import TransactionId
from counterfoil.domain.payment import PaymentStatus
from counterfoil.http.client import OutboundLimits
from counterfoil.ports.gateway import GatewayRecord
from counterfoil.ports.instructions import Answer, Charge, OneTimeToken, StoredPayer
from counterfoil.sandbox.paytrace.cards import Card, read_card
from counterfoil.sandbox.paytrace.customer_numbers import CustomerNumbers
from counterfoil.sandbox.paytrace.gateway import Gateway
from counterfoil.sandbox.paytrace.hosted_fields import HostedFields
from counterfoil.sandbox.paytrace.server import running
from counterfoil.sandbox.paytrace.settings import USUAL_PERMISSIONS, Permission, SandboxUser, Settings
from counterfoil.security.secrets import Secret
from tests.contract.gateway_desk import MERCHANT, Desk, usd
from tests.unit.sandbox_paytrace.client import BILLING, CSC, VISA, RecordingSender, SandboxClient, card

WEAK_USER = SandboxUser("weak", "demo123", USUAL_PERMISSIONS - {Permission.REFUND})
CARD_PAYER, BANK_PAYER = "c1", "b1"


class SandboxDesk(Desk):
    """One generation of the connector at a sandbox with both."""

    def __init__(self, url: str, client: SandboxClient, settings: Settings, generation: Generation) -> None:
        self.client = client
        self.leaving = ExitStack()
        self.has_holds = generation == "v1"
        self._url = url
        self._settings = settings
        self._generation: Generation = generation
        self._gateway = Gateway(client.ledger, client.clock, client.ids, settings)
        self.connection = self.connect()

    def connect(self, *, user: str = "demo123", read_seconds: int = 30) -> PaytraceConnection:
        settings = PaytraceSettings(
            address=self._url,
            merchant=MERCHANT,
            username=user,
            password=Secret("demo123"),
            integrator_id="9999Test",
            generation=self._generation,
            merchant_number=self._settings.merchant_id,
        )
        limits = OutboundLimits(read_seconds=read_seconds)
        connection = connect(settings, self.client.clock, limits=limits)
        self.leaving.callback(connection.close)
        return connection

    @override
    def payer(self) -> StoredPayer:
        return self._kept(CARD_PAYER, credit_card=card())

    @override
    def account(self) -> StoredPayer:
        account = {"account_number": "123456", "routing_number": "325070760"}
        return self._kept(BANK_PAYER, check=account)

    @override
    def token(self) -> OneTimeToken:
        typed = read_card(VISA, "12", "2030", CSC[VISA])
        assert isinstance(typed, Card)
        token = HostedFields(self._gateway).tokenise(typed)
        return OneTimeToken(token=Secret(token.hpf_token), key=Secret(token.enc_key))

    def fresh(self, charge: Charge) -> Charge:
        """The same charge by a new token."""
        return replace(charge, payer=self.token(), invoice_id="CF-fresh")

    @override
    def settle(self) -> None:
        self.client.ok("/v1/transactions/settle")

    @override
    def pass_bank_days(self) -> None:
        self.pass_time(timedelta(days=10))

    def pass_time(self, step: timedelta) -> None:
        self.client.later(step)

    @override
    def unknown(self) -> TransactionId:
        return TransactionId("999999999")

    @override
    def without_permission(self) -> PaytraceConnection:
        return self.connect(user=WEAK_USER.name)

    def now(self) -> datetime:
        return self.client.clock.now()

    def today(self) -> date:
        return self.now().astimezone(self._settings.zone).date()

    def fetch(self, transaction: TransactionId) -> GatewayRecord:
        record = self.connection.gateway.fetch_transaction(transaction)
        assert isinstance(record, GatewayRecord), record
        return record

    def status(self, transaction: TransactionId) -> PaymentStatus:
        return self.fetch(transaction).payment.status

    def charge_of(self, reference: str, amount: str, invoice: str = "CF-9") -> Answer:
        """A charge of a vault customer by its reference, known or not."""
        payer = StoredPayer(reference=reference)
        return self.connection.gateway.carry_out(Charge(payer=payer, amount=usd(amount), invoice_id=invoice))

    def _kept(self, label: str, **means: object) -> StoredPayer:
        """The customer, keyed by an independent client when first asked for."""
        if self.client.ledger.customer(label) is None:
            body = {"customer_id": label, "billing_address": BILLING, **means}
            self.client.ok("/v1/customer/create", body)
        if self._generation == "v1":
            return StoredPayer(reference=label)
        return StoredPayer(reference=str(CustomerNumbers(self.client.ledger).of(label)))


@contextmanager
def sandbox_desk(generation: Generation, settings: Settings | None = None) -> Iterator[SandboxDesk]:
    """A desk at a new sandbox, for as long as the block lasts."""
    usual = settings or Settings(duplicate_window=timedelta(minutes=10), batch_time=None)
    usual = replace(usual, users=(*usual.users, WEAK_USER))
    client = SandboxClient(usual, sender=RecordingSender())
    with running(client.app) as url:
        desk = SandboxDesk(url, client, usual, generation)
        with desk.leaving:
            yield desk
    client.ledger.close()
