"""A plain workflow tool's job on our engine: a web hook, a transform, a receipt row and an invoice row."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa

from counterfoil.flows.definition import parse_flow
from counterfoil.flows.mapping.carry import map_record
from counterfoil.flows.mapping.plan import read_mapping
from counterfoil.flows.mapping.values import show
from counterfoil.ports.catalogue import Nature, OperationSpec
from counterfoil.ports.clock import Clock, SystemClock
from counterfoil.ports.ids import SystemIds
from counterfoil.ports.run_store import Json
from counterfoil.runtime.interpreter import Interpreter
from counterfoil.runtime.memory.own_events import MemoryOwnEvents
from counterfoil.runtime.nodes.means import Means
from counterfoil.runtime.step import Operation, Step, StepResult
from counterfoil.store.database import Database
from counterfoil.store.inbox import NewEvent
from counterfoil.store.runs import StoredRuns

PATH = "/hook"
CONNECTION = "plain"
ENVIRONMENT = "dev"
KIND = "payment.captured"
FLOW = """\
flow: plain
title: A payment becomes two rows
trigger: {event: payment.*}
order_key: lineage
start: words
nodes:
  words:
    do: plain.words
    then: {made: write}
  write:
    do: plain.write
    with: {record: words}
    then: {written: done}
"""
MAPPING = """\
mapping: plain
title: Ten fields
source:
  transaction: text 20
  invoice: text 10
  customer: text 10
  memo: text 60
  paid: money USD
  tax: money USD
  on: date
  through: text 10
  terminal: text 10
  batch: text 10
target:
  refno: text 20
  invno: text 10
  custno: text 10
  note: text 30
  amount: number 12,2
  tax: number 12,2
  paid_on: text 8
  source: text 10
  terminal: text 10
  batch: text 10
map:
  refno: transaction
  invno: invoice
  custno: customer
  note: {from: memo, then: [truncate: {width: 30, keep: start}]}
  amount: {from: paid, then: [amount]}
  tax: {from: tax, then: [amount]}
  paid_on: {from: on, then: [date_text: {format: YYYYMMDD}]}
  source: through
  terminal: terminal
  batch: batch
"""
TABLES = """
    CREATE TABLE books_receipt (refno text PRIMARY KEY, custno text, amount numeric, paid_on text, note text);
    CREATE TABLE books_invoice (refno text PRIMARY KEY, invno text, amount numeric, tax numeric);
"""
WRITE = sa.text("""
    WITH receipt AS (
        INSERT INTO books_receipt VALUES (:refno, :custno, :amount, :paid_on, :note) ON CONFLICT DO NOTHING
    )
    INSERT INTO books_invoice VALUES (:refno, :invno, :amount, :tax) ON CONFLICT DO NOTHING
""")


def new_event(number: int) -> NewEvent:
    """What the web hook of one payment tells."""
    body: Json = {
        "transaction": f"5{number:09}",
        "invoice": f"{number % 10_000}",
        "customer": f"C{number % 500}",
        "memo": f"Order {number} by card, thank you for paying so promptly",
        "paid": "12.34",
        "tax": "1.02",
        "on": "2026-11-28",
        "through": "API",
        "terminal": "T1",
        "batch": f"{number % 40}",
    }
    return NewEvent(
        connection=CONNECTION,
        key=f"payment/{number}",
        source="web_hook",
        kind=KIND,
        order_key=f"plain/{number}",
        body=body,
        redacted=False,
        occurred_at=datetime(2026, 11, 28, tzinfo=UTC),
    )


def prepare(database: Database) -> None:
    """The connection, the live flow and the tables of the books."""
    version = parse_flow(FLOW).version
    rows = """
        INSERT INTO connection (id, environment, name, kind, company, mode, created_at, updated_at)
        VALUES (:connection, :environment, 'plain', 'paytrace', '01', 'test', now(), now())
    """
    with database.transaction() as connection:
        connection.execute(sa.text(rows), {"connection": CONNECTION, "environment": ENVIRONMENT})
        live = sa.text("INSERT INTO flow_version VALUES (:hash, 'plain', :body, now())")
        connection.execute(live, {"hash": version, "body": FLOW})
        live = sa.text("INSERT INTO deployment VALUES (:environment, 'plain', :hash, 'payment.*', now())")
        connection.execute(live, {"environment": ENVIRONMENT, "hash": version})
        connection.exec_driver_sql(TABLES)


def interpreter(database: Database, clock: Clock | None = None) -> Interpreter:
    """Carries the plain job's runs."""
    plan = read_mapping(MAPPING, lambda _name: None, ())

    def words(step: Step) -> StepResult:
        mapped = map_record(plan, step.run.event.body)
        if mapped.problems:
            raise AssertionError(mapped.problems)
        return StepResult(outcome="made", value={name: show(value) for name, value in mapped.values.items()})

    def write(step: Step) -> StepResult:
        with database.autocommit() as connection:
            connection.execute(WRITE, step.inputs["record"])
        return StepResult(outcome="written", summary={"amount": step.inputs["record"]["amount"]})

    transform = OperationSpec(
        name="plain.words", label="maps ten fields", nature=Nature.PURE, outcomes=("made",)
    )
    effect = OperationSpec(
        name="plain.write",
        label="writes two rows",
        nature=Nature.EFFECT,
        inputs=("record",),
        outcomes=("written",),
    )
    operations = {
        spec.name: Operation(spec=spec, act=act) for spec, act in ((transform, words), (effect, write))
    }
    clock = clock or SystemClock()
    means = Means(operations=operations, events=MemoryOwnEvents())
    return Interpreter(StoredRuns(database, clock, SystemIds()), means, clock)
