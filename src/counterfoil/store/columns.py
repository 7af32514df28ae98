"""Columns as the hub's tables have them, and what the tables belong to."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Identity, Integer, MetaData, Text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP

metadata = MetaData()


def text(name: str, *, key: bool = False, null: bool = False) -> Column[str]:
    return Column(name, Text, primary_key=key, nullable=null)


def number(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False)


def flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False)


def instant(name: str, *, null: bool = False) -> Column[object]:
    return Column(name, TIMESTAMP(timezone=True), nullable=null)


def json(name: str, *, null: bool = False) -> Column[object]:
    return Column(name, JSONB(none_as_null=True), nullable=null)


def sequence(name: str) -> Column[int]:
    return Column(name, BigInteger, Identity(always=True), nullable=False)
