"""The tables of alerts; what they mean stands in migrations/sql/0017_alerts.sql."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Table

from counterfoil.store.columns import instant, json, metadata, text

alert = Table(
    "alert",
    metadata,
    text("environment", key=True),
    text("rule", key=True),
    text("subject", key=True),
    text("phase"),
    Column("value", BigInteger, nullable=False),
    text("words"),
    instant("since"),
    instant("raised_at", null=True),
    instant("good_since", null=True),
    instant("resolved_at", null=True),
    text("told"),
    instant("told_at", null=True),
)

alert_silence = Table(
    "alert_silence",
    metadata,
    text("id", key=True),
    text("rule"),
    text("subject"),
    instant("until"),
    text("by"),
    text("why"),
    instant("made_at"),
)

alert_setting = Table(
    "alert_setting",
    metadata,
    text("environment", key=True),
    text("rule", key=True),
    json("settings"),
    instant("changed_at"),
)
