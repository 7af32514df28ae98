"""A payment that nobody could place is tried again with what a person says it is for."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from counterfoil.domain.identifiers import InvoiceNumber
from counterfoil.store import schema
from counterfoil.store.acts import Acts
from counterfoil.store.corrections import Corrections
from counterfoil.store.database import Database
from counterfoil.store.questions import Questions
from tests.integration.runtime.test_dead_letters import accept, worker
from tests.integration.store.samples import Hub
from tests.support.hub import Hub as Books
from tests.support.memory_erp import MemoryErp
from tests.support.memory_store import Killed
from tests.support.samples import a_payment, an_invoice

RIGHT = {"invoice_reference": "1001"}


def test_a_held_payment_is_posted_to_what_a_person_corrected_and_its_question_is_answered(
    database: Database,
) -> None:
    hub, books = Hub(database), Books(MemoryErp(an_invoice()))
    run = accept(hub, books, a_payment(invoice_reference="10O1"))
    turns = worker(hub, books)
    turns.turn(run)
    assert hub.status(run) == "held"
    with database.transaction() as connection:  # as a writing node leaves it that was busy and wrote nothing
        read = {"run": run, "node": "match#1", "attempt": 1, "result": {"outcome": "unmatched"}}
        connection.execute(sa.insert(schema.run_step).values(read))
    corrections = Corrections(database, hub.queue, hub.clock)
    assert corrections.correct(run, RIGHT, by="Ann", why="a letter for a digit") == ""
    assert hub.runs.find_result(run, "match#1") is None, "what was read before is read anew"
    turns.turn(run)
    assert (hub.status(run), len(books.erp.ledger)) == ("done", 1)
    assert books.erp.invoices[InvoiceNumber("1001")].open.is_zero
    assert Questions(database, hub.queue, hub.clock).open() == []
    (act,) = Acts(database).of_run(run)
    assert (act.act, act.by, act.why, act.details["changes"]) == (
        "correct",
        "Ann",
        "a letter for a digit",
        RIGHT,
    )
    assert "is done" in corrections.correct(run, RIGHT, by="Ben", why="again")


def test_what_may_have_been_written_is_not_corrected(database: Database) -> None:
    hub, books = Hub(database), Books(MemoryErp(an_invoice(), an_invoice("1002")))
    run = accept(hub, books, a_payment(invoice_reference="1002"))

    def die() -> None:
        raise Killed

    books.erp.after_post += [die] * 5
    turns = worker(hub, books)
    for _ in range(5):
        with pytest.raises(Killed):
            turns.turn(run)
    turns.turn(run)
    assert hub.status(run) == "dead"
    refused = Corrections(database, hub.queue, hub.clock).correct(run, RIGHT, by="Ann", why="it is 1001")
    assert refused.startswith("post#1 may have written")
    assert (hub.status(run), Acts(database).of_run(run)) == ("dead", [])
