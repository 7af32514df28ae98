"""The hub's tables as queries see them; what they mean stands in migrations/sql/0001_core.sql."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Date, Identity, Integer, Numeric, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY

from counterfoil.store.alert_tables import alert as alert
from counterfoil.store.alert_tables import alert_setting as alert_setting
from counterfoil.store.alert_tables import alert_silence as alert_silence
from counterfoil.store.audit_tables import audit_accepted as audit_accepted
from counterfoil.store.audit_tables import audit_check as audit_check
from counterfoil.store.audit_tables import audit_seal as audit_seal
from counterfoil.store.columns import flag, instant, json, number, sequence, text
from counterfoil.store.columns import metadata as metadata

connection = Table(
    "connection",
    metadata,
    text("id", key=True),
    text("environment"),
    text("name"),
    text("kind"),
    text("company"),
    text("mode"),
    flag("enabled"),
    json("settings"),
    text("secrets", null=True),
    instant("created_at"),
    instant("updated_at"),
)

hint = Table(
    "hint",
    metadata,
    text("id", key=True),
    text("connection"),
    text("source"),
    text("subject"),
    json("body"),
    flag("redacted"),
    text("status"),
    number("attempts"),
    number("pushes"),
    instant("due_at"),
    text("event", null=True),
    text("error", null=True),
    instant("received_at"),
)

inbox = Table(
    "inbox",
    metadata,
    text("id", key=True),
    sequence("seq"),
    text("connection"),
    text("event_key"),
    text("source"),
    text("kind"),
    text("order_key"),
    json("body"),
    flag("redacted"),
    instant("occurred_at"),
    instant("received_at"),
    Column("documents", ARRAY(Text), nullable=True),
    Column("amount", Numeric, nullable=True),
    text("currency", null=True),
)

flow_version = Table(
    "flow_version",
    metadata,
    text("hash", key=True),
    text("name"),
    text("body"),
    instant("created_at"),
    json("tests", null=True),
)

deployment = Table(
    "deployment",
    metadata,
    text("environment", key=True),
    text("flow", key=True),
    text("hash"),
    text("trigger"),
    instant("deployed_at"),
)

deployment_log = Table(
    "deployment_log",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    text("environment"),
    text("kind"),
    text("done_by"),
    text("approved_by", null=True),
    text("commit"),
    text("message"),
    text("reason"),
    Column("undoes", BigInteger, nullable=True),
    instant("done_at"),
)

deployment_change = Table(
    "deployment_change",
    metadata,
    Column("entry", BigInteger, primary_key=True),
    text("flow", key=True),
    text("from_hash", null=True),
    text("to_hash", null=True),
)

deployment_request = Table(
    "deployment_request",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    text("environment"),
    json("changes"),
    text("asked_by"),
    text("commit"),
    text("message"),
    text("reason"),
    text("status"),
    instant("asked_at"),
    text("decided_by", null=True),
    instant("decided_at", null=True),
)

run = Table(
    "run",
    metadata,
    text("id", key=True),
    sequence("seq"),
    text("event"),
    text("flow"),
    text("flow_version"),
    text("environment"),
    text("connection"),
    text("company"),
    text("order_key"),
    text("status"),
    number("attempts"),
    number("strikes"),
    number("failed"),
    instant("due_at", null=True),
    text("why", null=True),
    text("behind", null=True),
    text("awaits", null=True),
    text("trace", null=True),
    json("result", null=True),
    text("worker", null=True),
    instant("created_at"),
    instant("started_at", null=True),
    instant("finished_at", null=True),
    text("problem", null=True),
    text("cause", null=True),
    text("node", null=True),
    instant("stopped_at", null=True),
    json("corrections", null=True),
    number("purged"),
)

run_step = Table(
    "run_step",
    metadata,
    text("run", key=True),
    text("node", key=True),
    number("attempt"),
    json("intent", null=True),
    instant("intent_at", null=True),
    json("result", null=True),
    instant("finished_at", null=True),
)

run_trouble = Table(
    "run_trouble",
    metadata,
    text("run", key=True),
    Column("first_attempt", Integer, primary_key=True),
    number("last_attempt"),
    text("ended"),
    text("problem"),
    text("cause"),
    text("node"),
    text("why"),
    instant("first_at"),
    instant("last_at"),
)

act_log = Table(
    "act_log",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    text("run", null=True),
    text("task", null=True),
    text("environment"),
    text("order_key"),
    text("act"),
    text("done_by"),
    text("why"),
    text("cause"),
    json("details"),
    instant("done_at"),
)

effect = Table(
    "effect",
    metadata,
    text("key", key=True),
    text("kind"),
    text("connection"),
    text("digest"),
    Column("amount", Numeric, nullable=True),
    text("currency", null=True),
    text("invoice_id"),
    text("transaction", null=True),
    text("tender"),
    text("payer"),
    text("run", null=True),
    number("version"),
    text("state"),
    text("sent", null=True),
    number("tries"),
    instant("sent_at", null=True),
    number("looks"),
    instant("missed_at", null=True),
    instant("due_at", null=True),
    text("carried", null=True),
    text("why"),
    json("details"),
    instant("begun_at"),
    instant("updated_at"),
)

gateway_gate = Table(
    "gateway_gate",
    metadata,
    text("connection", key=True),
    text("seen"),
    text("tables"),
    instant("seen_at"),
    Column("gap_from", Date, nullable=False),
    flag("restored"),
    text("opened", null=True),
    instant("opened_at", null=True),
)

review_task = Table(
    "review_task",
    metadata,
    text("id", key=True),
    text("run", null=True),
    text("event", null=True),
    text("topic", null=True),
    text("kind"),
    text("title"),
    text("why"),
    json("details"),
    text("status"),
    json("answer", null=True),
    instant("opened_at"),
    instant("answered_at", null=True),
    text("answered_by", null=True),
    text("assigned_to", null=True),
    instant("due_at", null=True),
)

breaker = Table(
    "breaker",
    metadata,
    text("connection", key=True),
    text("state"),
    instant("since", null=True),
    number("failures"),
    text("why"),
    instant("next_at", null=True),
    instant("quiet_until", null=True),
    Column("per_minute", Integer, nullable=True),
    Column("burst", Integer, nullable=True),
    instant("spent_until", null=True),
)

breaker_log = Table(
    "breaker_log",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    text("connection"),
    instant("at"),
    text("state"),
    text("why"),
    text("by"),
)

payment_method = Table(
    "payment_method",
    metadata,
    text("id", key=True),
    text("connection"),
    text("customer"),
    text("label"),
    text("status"),
    text("asked_by"),
    text("ticket_digest"),
    instant("ticket_until"),
    text("consent_text"),
    text("consent_scope"),
    text("consent_invoice"),
    text("consent_amount"),
    text("consent_currency"),
    Column("consent_until", Date, nullable=True),
    text("consented_by"),
    instant("consented_at", null=True),
    text("reference"),
    text("tender"),
    text("last_four"),
    text("brand"),
    text("expires"),
    text("ended_by"),
    instant("created_at"),
)

bulk_work = Table(
    "bulk_work",
    metadata,
    sequence("id"),
    text("kind"),
    text("connection"),
    json("arguments"),
    text("status"),
    number("parts"),
    number("reached"),
    number("read"),
    number("new"),
    text("why"),
    text("trouble"),
    text("asked_by"),
    instant("asked_at"),
    text("changed_by"),
    instant("changed_at"),
)

schedule_pause = Table(
    "schedule_pause",
    metadata,
    sequence("id"),
    text("environment"),
    text("flow"),
    text("paused_by"),
    text("why"),
    instant("paused_at"),
    text("resumed_by", null=True),
    instant("resumed_at", null=True),
)

cursor = Table(
    "cursor",
    metadata,
    text("connection", key=True),
    text("name", key=True),
    text("value"),
    instant("updated_at"),
)

cross_reference = Table(
    "cross_reference",
    metadata,
    text("connection", key=True),
    text("kind", key=True),
    text("external", key=True),
    text("internal"),
    instant("updated_at"),
)

worker = Table(
    "worker",
    metadata,
    text("id", key=True),
    Column("engine_worker", BigInteger, nullable=False),
    text("host"),
    number("pid"),
    text("process_started"),
    instant("started_at"),
    instant("heartbeat_at"),
)

last_done = Table("last_done", metadata, text("name", key=True), instant("done_at"))
