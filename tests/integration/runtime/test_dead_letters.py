"""A posting that was half recorded, over a real database: a retry posts nothing again."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from counterfoil.domain.dead_letters import Act
from counterfoil.domain.identifiers import InvoiceNumber
from counterfoil.domain.payment import Payment
from counterfoil.ports import encoding
from counterfoil.runtime.interpreter import Interpreter
from counterfoil.runtime.memory.own_events import MemoryOwnEvents
from counterfoil.runtime.nodes.means import Means
from counterfoil.runtime.worker import STRIKES_MAX, Worker
from counterfoil.store import schema
from counterfoil.store.acts import Acts
from counterfoil.store.database import Database
from counterfoil.store.dead_letters import DeadLetters, LetterFilter
from counterfoil.store.inbox import NewEvent
from counterfoil.store.letter_acts import LetterActs, Order
from tests.integration.store.samples import START, Hub
from tests.support.hub import Hub as Books
from tests.support.memory_erp import MemoryErp
from tests.support.memory_store import Killed
from tests.support.samples import a_payment, an_invoice

PAYMENT = a_payment(invoice_reference="1001")


def accept(hub: Hub, books: Books, payment: Payment = PAYMENT) -> str:
    """The payment's run, on the flow that ships."""
    with hub.database.transaction() as connection:
        version = {"hash": books.version, "name": "f", "body": books.flow, "created_at": START}
        connection.execute(sa.insert(schema.flow_version).values(version))
        connection.execute(sa.update(schema.deployment).values(hash=books.version))
    told = NewEvent(
        connection="c1",
        key="payment/105968/captured",
        source="poll",
        kind="payment.captured",
        order_key=payment.lineage,
        body=encoding.encode(payment),
        redacted=False,
        occurred_at=START,
    )
    (run,) = hub.accept(told)
    books.store.runs[run] = hub.runs.read_run(run)
    return run


def worker(hub: Hub, books: Books) -> Worker:
    means = Means(operations=books.operations, events=MemoryOwnEvents())
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
