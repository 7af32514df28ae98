"""The tables of the audit trail; what they mean stands in migrations/sql/0023_audit_trail.sql."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, Identity, Table, UniqueConstraint, true

from counterfoil.store.columns import instant, metadata, text

audit_seal = Table(
    "audit_seal",
    metadata,
    Column("place", BigInteger, primary_key=True, autoincrement=False),
    text("source"),
    Column("entry", BigInteger, nullable=False),
    text("seal"),
    instant("sealed_at"),
    UniqueConstraint("source", "entry"),
)

audit_accepted = Table(
    "audit_accepted",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("place", BigInteger, nullable=False),
    *(text(name) for name in ("fingerprint", "words", "done_by", "why")),
    instant("done_at"),
)

audit_check = Table(
    "audit_check",
    metadata,
    Column("one", Boolean, CheckConstraint("one"), primary_key=True, server_default=true()),
    instant("checked_at"),
    Column("places", BigInteger, nullable=False),
    Column("breaks", BigInteger, nullable=False),
    text("words"),
)
