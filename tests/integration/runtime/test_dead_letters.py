"""A posting that was half recorded, over a real database: a retry posts nothing again."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from counterfoil.domain.dead_letters import Act
from counterfoil.domain.identifiers import InvoiceNumber
from counterfoil.domain.payment import Payment, PaymentStatus
from counterfoil.ports import encoding
from counterfoil.ports.engine import Failed
from counterfoil.runtime.interpreter import Interpreter
from counterfoil.runtime.memory.own_events import MemoryOwnEvents
from counterfoil.runtime.nodes.means import Means
from counterfoil.runtime.reach import every_operation
from counterfoil.runtime.worker import STRIKES_MAX, Worker
from counterfoil.store import schema
from counterfoil.store.acts import Acts
from counterfoil.store.database import Database
from counterfoil.store.dead_letters import DeadLetters, LetterFilter
from counterfoil.store.inbox import NewEvent
from counterfoil.store.letter_acts import LetterActs, Order
from counterfoil.store.questions import Questions
from counterfoil.store.run_queue import Turn
from tests.integration.store.samples import START, Hub
from tests.support.hub import Hub as Books
from tests.support.hub import memory_reach
from tests.support.memory_erp import MemoryErp
from tests.support.memory_store import Killed
from tests.support.samples import a_payment, an_invoice

PAYMENT = a_payment(invoice_reference="1001")


def accept(hub: Hub, books: Books, payment: Payment = PAYMENT) -> str:
    """The payment's run, on the flow that ships."""
    with hub.database.transaction() as connection:
        version = {"hash": books.version, "name": "f", "body": books.flow, "created_at": START}
        connection.execute(insert(schema.flow_version).values(version).on_conflict_do_nothing())
        connection.execute(sa.update(schema.deployment).values(hash=books.version))
    told = NewEvent(
        connection="c1",
        key=f"payment/105968/{payment.status.value}",
        source="poll",
        kind=f"payment.{payment.status.value}",
        order_key=payment.lineage,
        body=encoding.encode(payment),
        redacted=False,
        occurred_at=START,
    )
    (run,) = hub.accept(told)
    books.store.runs[run] = hub.runs.read_run(run)
    return run


def worker(hub: Hub, books: Books) -> Worker:
    reach = replace(memory_reach(books.store, lambda _run: books.site), store=hub.runs)
    means = Means(operations=every_operation(reach), events=MemoryOwnEvents())
    return Worker(hub.queue, Interpreter(hub.runs, means, hub.clock).carry, name="w1")


def test_a_retry_reads_what_was_half_recorded_and_posts_nothing_again(database: Database) -> None:
    hub, books = Hub(database), Books(MemoryErp(an_invoice()))
    run = accept(hub, books)

    def die() -> None:
        raise Killed

    books.erp.after_post += [die] * STRIKES_MAX
    turns = worker(hub, books)
    for _ in range(STRIKES_MAX):
        with pytest.raises(Killed):
            turns.turn(run)
    turns.turn(run)
    (letter,) = DeadLetters(database).letters(LetterFilter(), 10)
    assert (letter.id, letter.node, letter.open_step) == (run, "post", "post#1")
    assert letter.why == f"ended its worker {STRIKES_MAX} times in a row"

    order = Order(act=Act.RETRY, by="Ann", why="the machine was mended")
    assert LetterActs(database, hub.queue, hub.clock).carry_out([(run, letter.attempts)], order).runs == [run]
    turns.turn(run)
    assert hub.status(run) == "done"
    found = hub.runs.find_result(run, "post#1")
    assert found is not None
    assert found["outcome"] == "already_posted"
    assert len(books.erp.ledger) == 1
    assert books.erp.invoices[InvoiceNumber("1001")].open.is_zero
    assert [(act.act, act.by) for act in Acts(database).of_run(run)] == [("retry", "Ann")]


def closed_by_a_person(hub: Hub, books: Books, act: Act, payment: Payment = PAYMENT) -> None:
    """The payment's run stopped for good, and a person closed it."""
    run = accept(hub, books, payment)
    turn = hub.queue.begin(run, "w1", alone=True)
    assert isinstance(turn, Turn)
    hub.queue.bury(turn, Failed(why="a defect"))
    order = Order(act=act, by="Ann", why="R00012")
    assert LetterActs(hub.database, hub.queue, hub.clock).carry_out([(run, 1)], order).runs == [run]


@pytest.mark.parametrize("act", [Act.RESOLVE, Act.SKIP])
def test_a_payment_that_a_person_closed_is_not_posted_by_its_later_news(database: Database, act: Act) -> None:
    """It may have been keyed by hand a week later, for another customer: no look at the books would tell."""
    hub, books = Hub(database), Books(MemoryErp(an_invoice()))
    closed_by_a_person(hub, books, act)
    turns = worker(hub, books)
    settled = accept(hub, books, replace(PAYMENT, status=PaymentStatus.SETTLED))
    turns.turn(settled)
    assert (hub.status(settled), len(books.erp.ledger)) == ("held", 0)
    (asked,) = Questions(database, hub.queue, hub.clock).open()
    assert "may be in the books by hand" in asked.title
    voided = accept(hub, books, replace(PAYMENT, status=PaymentStatus.VOIDED))
    turns.turn(voided)
    assert hub.status(voided) == "held", "whether to take it back is asked, whatever became of the question"
    assert len(books.erp.ledger) == 0


def test_what_was_no_money_yet_when_a_person_closed_it_is_asked_about_when_it_is(database: Database) -> None:
    hub, books = Hub(database), Books(MemoryErp(an_invoice()))
    closed_by_a_person(hub, books, Act.SKIP, replace(PAYMENT, status=PaymentStatus.AUTHORISED))
    captured = accept(hub, books)
    worker(hub, books).turn(captured)
    assert (hub.status(captured), len(books.erp.ledger)) == ("held", 0), "never closed without a word"
