"""What customers and payers do: they pay, in whatever way and with whatever reference, and dispute."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from counterfoil.domain.consent import Consent, ConsentScope, SavedMethod
from counterfoil.domain.dispute import Dispute, DisputeStage, Matched, match_transaction
from counterfoil.domain.identifiers import CustomerNumber, InvoiceNumber
from counterfoil.domain.invoice import Invoice, ItemKind, Shelf
from counterfoil.domain.money import Money
from counterfoil.domain.payment import Payment, PaymentKind, PaymentStatus, Tender
from counterfoil.ports.known_payments import VAULT_CUSTOMER
from counterfoil.runtime.dispute_operations import written
from counterfoil.store.inbox import NewEvent
from tests.simulation.scene import NOW, Scene
from tests.simulation.wire import CARD
from tests.support.gateway_loops import CONNECTION
from tests.support.samples import usd
from tests.support.simulated_gateway import PACIFIC

AMOUNTS = ("5.00", "9.00", "9.00", "12.34", "80.00", "80.00", "33.33", "120.00", "1200.00")
CUSTOMERS = ("ADA", "BO", "CY")


class Customers:
    """The people whose money it is."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._dice = scene.dice
        self.disputes: list[NewEvent] = []
        """What the processor's file tells; it is read again after a restore."""
        self._cases: dict[str, tuple[Payment, list[DisputeStage]]] = {}
        for number, name in enumerate(CUSTOMERS):
            self._join(number, name)
        for _ in range(4):
            self.be_invoiced()

    def _join(self, number: int, name: str) -> None:
        """Some are known at the gateway, and some of those let their invoices be charged."""
        scene, reference = self._scene, f"v{number}"
        scene.books.customers.add(CustomerNumber(name))
        if self._dice.randrange(6) == 0:
            return
        scene.rows.cross_references[CONNECTION, VAULT_CUSTOMER, reference] = name
        if self._dice.randrange(4):
            consent = Consent(by=name, at=NOW, text="charge me", scope=ConsentScope.OPEN_INVOICES)
            method = SavedMethod(reference=reference, customer=CustomerNumber(name), consent=consent)
            scene.methods.all[reference] = method

    def be_invoiced(self) -> None:
        books, dice = self._scene.books, self._dice
        if books.is_held:
            return
        today = self._scene.clock.now().date()
        number = InvoiceNumber(str(5001 + len([each for each in books.invoices if each.isdecimal()])))
        amount = Money.of(dice.choice(AMOUNTS), "EUR" if dice.randrange(12) == 0 else "USD")
        books.invoice(
            Invoice(
                number=number,
                customer=CustomerNumber(dice.choice(CUSTOMERS)),
                kind=ItemKind.INVOICE,
                shelf=Shelf.CURRENT,
                invoiced_on=today,
                due_on=today + timedelta(days=dice.randrange(-3, 2)),
                total=amount,
                open=amount,
            )
        )

    def pay(self) -> None:
        """By card or from a bank account, what is owed or something else."""
        dice, invoice = self._dice, self._an_invoice()
        owed = invoice.total if invoice.total.currency == "USD" else usd("9.00")
        amount = dice.choice((owed, owed, owed, usd(dice.choice(AMOUNTS)), usd("1.00")))
        surcharge = usd("0.25") if dice.randrange(8) == 0 else None
        vault = dice.choice(("", "", *(f"v{n}" for n in range(len(CUSTOMERS)))))
        self._scene.gateway.make(
            amount + (surcharge or usd("0.00")),
            dice.choice((PaymentStatus.CAPTURED,) * 6 + (PaymentStatus.AUTHORISED, PaymentStatus.FAILED)),
            invoice_reference=self._reference(invoice),
            vault_customer=vault,
            surcharge=surcharge,
            tender=Tender.ACH if dice.randrange(5) == 0 else Tender.CARD,
        )

    def _an_invoice(self) -> Invoice:
        numbers = [each for each in self._scene.books.invoices.values() if each.kind is ItemKind.INVOICE]
        return self._dice.choice(numbers)

    def _reference(self, invoice: Invoice) -> str:
        number = invoice.number
        return self._dice.choice(
            (number,) * 9 + (f" Inv #{number} ", "99887766", "", "thanks", self._typed_by_mistake())
        )

    def _typed_by_mistake(self) -> str:
        """Somebody types a card's number where an invoice's belongs."""
        return CARD if self._scene.gateway.by_wire else "?"

    def pay_by_link(self) -> None:
        links = self._scene.gateway.links
        if links:
            self._scene.gateway.pay_by_link(self._dice.choice(links))

    def later(self) -> None:
        """An authorisation is captured or let go, or a bank sends a payment back."""
        gateway, dice = self._scene.gateway, self._dice
        held = [each for each in gateway.all_now() if each.status is PaymentStatus.AUTHORISED]
        if held and dice.randrange(2):
            of = dice.choice(held)
            if dice.randrange(3) == 0:
                gateway.change(of.transaction, status=PaymentStatus.VOIDED)
            else:
                less = of.surcharge is None and dice.randrange(4) == 0
                gateway.capture_less(of.transaction, usd("1.00") if less else of.amount)
            return
        banked = gateway.settled_bank_payments()
        if banked:
            gateway.give_back_by_bank(dice.choice(banked).transaction)

    # Disputes.

    def dispute(self) -> None:
        """A stage of a new case or of one that is known."""
        dice = self._dice
        if self._cases and dice.randrange(2):
            case = dice.choice(tuple(self._cases))
            payment, told = self._cases[case]
            left = [each for each in _NEXT[told[-1]] if each not in told]
            if left:
                self._tell(case, payment, dice.choice(left))
            return
        settled = [
            each
            for each in self._scene.gateway.all_now()
            if each.status is PaymentStatus.SETTLED and each.kind is PaymentKind.PAYMENT
        ]
        if settled:
            self._tell(f"D{len(self._cases) + 1}", dice.choice(settled), DisputeStage.OPENED)

    def _tell(self, case: str, payment: Payment, stage: DisputeStage) -> None:
        self._cases.setdefault(case, (payment, []))[1].append(stage)
        whole = payment.amount if self._dice.randrange(3) else usd("1.00")
        dispute = Dispute(
            case=case,
            stage=stage,
            on=self._scene.clock.now().astimezone(PACIFIC).date(),
            amount=usd("15.00") if stage is DisputeStage.FEE else whole,
            transaction=payment.transaction,
            paid_amount=payment.amount,
        )
        match = match_transaction(dispute, payment)
        assert isinstance(match, Matched), match
        self.disputes.append(
            NewEvent(
                connection=CONNECTION,
                key=dispute.key,
                source="processor",
                kind=dispute.event_kind,
                order_key=match.lineage,
                body=written(dispute, match, "a file"),
                redacted=False,
                occurred_at=self._scene.clock.now(),
            )
        )
        self._scene.rows.store(self.disputes[-1])


_NEXT: Mapping[DisputeStage, tuple[DisputeStage, ...]] = {
    DisputeStage.OPENED: (DisputeStage.FEE, DisputeStage.WON, DisputeStage.LOST),
    DisputeStage.FEE: (DisputeStage.WON, DisputeStage.LOST),
    DisputeStage.WON: (),
    DisputeStage.LOST: (),
}

ACTS: Mapping[Callable[[Customers], None], int] = {
    Customers.be_invoiced: 3,
    Customers.pay: 14,
    Customers.pay_by_link: 3,
    Customers.later: 4,
    Customers.dispute: 6,
}
