"""What the company's own people do: clerks beside us in the books, and whoever is asked something."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta

from counterfoil.domain.giving_back import GiveBack
from counterfoil.domain.identifiers import CustomerNumber
from counterfoil.domain.invoice import Invoice
from counterfoil.domain.payment import Payment, PaymentKind, Tender
from counterfoil.domain.receipt import receipt_key
from counterfoil.flows.library import PAY_LINK
from counterfoil.ports.effects import EffectKind, EffectRow, EffectState
from counterfoil.ports.errors import DecisionError
from counterfoil.ports.intake import OwnEvent
from counterfoil.ports.run_store import Answer
from counterfoil.runtime.asking import hear_word
from counterfoil.runtime.pay_links import hear_made
from counterfoil.runtime.starting import Start, start_by_person
from tests.simulation.customers import CUSTOMERS
from tests.simulation.flows import ENTER, LEAVE
from tests.simulation.rows import COMPANY, ENVIRONMENT, parsed
from tests.simulation.scene import BOOKS, Scene
from tests.support.gateway_people import GatewayPeople
from tests.support.samples import usd

NOBODY = "controller"


class Staff:
    """Clerks, a controller, and an operator."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._dice = scene.dice
        self.at_gateway = GatewayPeople(scene.gateway, scene.effects, scene.clock, scene.chance)
        self.wants: dict[str, GiveBack] = {}
        """Money that is to go back; wanted until it is known how that ended."""
        self.started: list[OwnEvent] = []
        """Flows that somebody started by hand."""
        self._told = 0

    # At the gateway.

    def want_back(self) -> None:
        """Somebody decides that a payer gets money back, by us."""
        gateway, dice = self._scene.gateway, self._dice
        taken = [each for each in gateway.all_now() if each.is_money and each.kind is PaymentKind.PAYMENT]
        if taken:
            of = dice.choice(taken)
            amount = of.amount if dice.randrange(3) else usd("1.00")
            wanted = GiveBack(transaction=of.transaction, amount=amount)
            self.wants[f"back{len(self.wants) + 1}"] = wanted

    def refund_there(self) -> None:
        self.at_gateway.refund()

    def void_there(self) -> None:
        self.at_gateway.void_a_charge()

    def ask_by_link(self) -> None:
        """A customer is to be asked by a link for an open invoice."""
        scene = self._scene
        open_ = self._open_invoices()
        if not scene.links or not open_:
            return
        start = Start(
            environment=ENVIRONMENT,
            connection=BOOKS,
            company=COMPANY,
            by=NOBODY,
            given={"invoice": self._dice.choice(open_).number, "email": "ann@example.com"},
            id=f"s{len(self.started) + 1}",
            at=scene.clock.now(),
        )
        flow = parsed(scene.rows.flows[scene.rows.written.live[PAY_LINK]])
        self.started.append(start_by_person(flow, start))
        scene.rows.tell(self.started[-1:])

    def charge_now(self) -> None:
        """Somebody has a due invoice charged before the morning's flow finds it."""
        open_ = self._open_invoices()
        if open_:
            number = self._dice.choice(open_).number
            self._told += 1
            event = OwnEvent(
                connection=BOOKS,
                company=COMPANY,
                key=f"item/{self._told}",
                source="person",
                kind="item.invoice_due",
                order_key=f"item/invoice_due/{COMPANY}/{number}",
                body={"item": {"invoice": number}, "company": COMPANY},
                occurred_at=self._scene.clock.now(),
            )
            self._scene.rows.tell([event])

    # In the books.

    def _open_invoices(self) -> list[Invoice]:
        items = self._scene.books.invoices.values()
        return [each for each in items if each.is_payable and each.open.currency == "USD"]

    def take_a_cheque(self) -> None:
        open_ = self._open_invoices()
        if open_ and not self._scene.books.is_held:
            invoice = self._dice.choice(open_)
            amount = invoice.open if self._dice.randrange(2) else usd("1.00")
            self._scene.books.pay_by_cheque(invoice.number, min(amount, invoice.open))

    def key_a_payment(self) -> None:
        """A clerk enters a card payment that is not in the books yet on the invoice that it names."""
        books = self._scene.books
        found = [
            (payment, invoice)
            for payment in self._scene.gateway.all_now()
            for invoice in self._open_invoices()
            if self._is_keyed(payment, invoice)
        ]
        if found and not books.is_held:
            payment, invoice = self._dice.choice(found)
            books.key(payment, invoice.number)

    def _is_keyed(self, payment: Payment, invoice: Invoice) -> bool:
        books = self._scene.books
        return (
            payment.is_money
            and payment.kind is PaymentKind.PAYMENT
            and payment.tender is Tender.CARD
            and payment.surcharge is None
            and invoice.number in payment.invoice_reference
            and payment.amount <= invoice.open
            and receipt_key(payment) not in books.ledger
            and all(each.payment.lineage != payment.lineage for each in books.keyed)
        )

    def close_the_month(self) -> None:
        """Nothing can be posted for some minutes."""
        minutes = timedelta(minutes=self._dice.randrange(1, 90))
        self._scene.books.locked_until = self._scene.clock.now() + minutes

    def put_on_hold(self) -> None:
        """For a customer nothing may be posted, or may again."""
        self._scene.books.refused ^= {CustomerNumber(self._dice.choice(CUSTOMERS))}

    def enter_handed(self) -> None:
        self._scene.books.enter_handed()

    # Asked.

    def answer(self) -> None:
        """Everything that somebody is asked and can say."""
        self._scene.books.post_again()
        self._say_of_effects()
        for key in list(self._scene.books.in_question):
            self._scene.books.say(key)
        self._answer_runs()

    def _say_of_effects(self) -> None:
        effects, now = self._scene.effects, self._scene.clock.now()
        for row in list(effects.rows.values()):
            if row.state is not EffectState.QUESTION:
                continue
            with suppress(DecisionError):
                if row.effect.kind is EffectKind.PAY_LINK and self._is_sent(row):
                    hear_made(effects, row.effect.key, by=NOBODY, now=now)
                else:
                    hear_word(effects, row.effect.key, self.at_gateway.truth(row), by=NOBODY, now=now)

    def _is_sent(self, row: EffectRow) -> bool:
        number = row.effect.key.split("/")[3]
        return any(link.invoice_id == number for link in self._scene.gateway.sent)

    def _answer_runs(self) -> None:
        """What a flow asks in the middle of a run."""
        rows = self._scene.rows
        for run in list(rows.written.states):
            if run not in rows.closed and rows.open_question(run) is not None:
                rows.answer_open(
                    run, Answer(choice=self._dice.choice((ENTER, ENTER, LEAVE)), by=NOBODY, note="")
                )
                self._scene.queue.wake_up(run)

    def redrive(self) -> None:
        """The operator lets dead letters go on, and what waits for nothing but that."""
        for run, state in list(self._scene.rows.written.states.items()):
            if state.status == "dead":
                self._scene.queue.redrive(run)


ACTS: Mapping[Callable[[Staff], None], int] = {
    Staff.want_back: 3,
    Staff.refund_there: 1,
    Staff.void_there: 1,
    Staff.ask_by_link: 3,
    Staff.charge_now: 5,
    Staff.take_a_cheque: 3,
    Staff.key_a_payment: 3,
    Staff.close_the_month: 1,
    Staff.put_on_hold: 1,
    Staff.enter_handed: 4,
    Staff.answer: 5,
    Staff.redrive: 1,
}
