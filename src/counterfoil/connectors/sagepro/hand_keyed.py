"""Whether payments were keyed by hand already: questions and judgements, in the company's own folder."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from counterfoil.connectors.sagepro.judgements import Apart, Judgement, Linked
from counterfoil.connectors.sagepro.translation import translated
from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.facts.keys import PostingKey
from counterfoil.ports.encoding import FACT, decode, encode
from counterfoil.ports.erp import KeyedByHand, KeyedReceipt
from counterfoil.ports.errors import ConfigurationError

FILE = "by-hand.sqlite3"

_SCHEMA = """
CREATE TABLE IF NOT EXISTS question (
    number INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    fact TEXT NOT NULL,
    receipts TEXT NOT NULL,
    asked_at TEXT NOT NULL
);
-- Judgements are added, never changed: the last one of a key counts.
CREATE TABLE IF NOT EXISTS judgement (
    key TEXT NOT NULL,
    receipt TEXT,
    person TEXT NOT NULL,
    judged_at TEXT NOT NULL
);
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A payment that waits because receipts keyed by hand look like it."""

    number: int
    fact: Fact
    receipts: tuple[KeyedReceipt, ...]


class HandKeyed:
    """Any thread and any process may ask and judge."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._guard = threading.Lock()

    def ask(self, fact: Fact, answer: KeyedByHand, at: datetime) -> None:
        """Notes the question once; a repeat refreshes which receipts look like the payment."""
        receipts = json.dumps([encode(one) for one in answer.receipts], ensure_ascii=False)
        body = json.dumps(FACT.encode(fact), ensure_ascii=False)
        self._write(
            "INSERT INTO question (key, fact, receipts, asked_at) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (key) DO UPDATE SET receipts = excluded.receipts, fact = excluded.fact",
            (str(fact.key), body, receipts, at.isoformat()),
        )

    def open_questions(self) -> tuple[Question, ...]:
        """What nobody judged yet, oldest first."""
        rows = self._read(
            "SELECT number, fact, receipts FROM question"
            " WHERE key NOT IN (SELECT key FROM judgement) ORDER BY number"
        )
        return tuple(
            Question(
                number=number,
                fact=FACT.decode(json.loads(fact)),
                receipts=tuple(decode(KeyedReceipt, one) for one in json.loads(receipts)),
            )
            for number, fact, receipts in rows
        )

    def link(self, number: int, choice: int, person: str, at: datetime) -> Question:
        """The payment is the receipt of that place (from 1) in the question.

        Raises:
            ConfigurationError: there is no such open question or receipt.
        """
        question = self._open(number)
        if not 1 <= choice <= len(question.receipts):
            raise ConfigurationError(f"question {number} has receipts 1 to {len(question.receipts)}")
        receipt = json.dumps(encode(question.receipts[choice - 1]), ensure_ascii=False)
        self._judge(question, receipt, person, at)
        return question

    def set_apart(self, number: int, person: str, at: datetime) -> Question:
        """The receipts of the question are other money: the payment is posted.

        Raises:
            ConfigurationError: there is no such open question.
        """
        question = self._open(number)
        self._judge(question, None, person, at)
        return question

    def judgement(self, key: PostingKey) -> Judgement | None:
        """What a person said about the payment."""
        rows = self._read(
            "SELECT receipt FROM judgement WHERE key = ? ORDER BY rowid DESC LIMIT 1", (str(key),)
        )
        if not rows:
            return None
        (receipt,) = rows[0]
        return Apart() if receipt is None else Linked(receipt=decode(KeyedReceipt, json.loads(receipt)))

    def _open(self, number: int) -> Question:
        for question in self.open_questions():
            if question.number == number:
                return question
        raise ConfigurationError(f"no question {number} is open; see the list of those that are")

    def _judge(self, question: Question, receipt: str | None, person: str, at: datetime) -> None:
        if not person:
            raise ConfigurationError("say who judges: a judgement needs a person's name")
        self._write(
            "INSERT INTO judgement VALUES (?, ?, ?, ?)",
            (str(question.fact.key), receipt, person, at.isoformat()),
        )

    def _read(self, select: str, values: Sequence[str] = ()) -> list[tuple[Any, ...]]:
        if not self._path.exists():
            return []
        with translated(), self._guard, closing(self._connect()) as connection:
            return connection.execute(select, values).fetchall()

    def _write(self, statement: str, values: Sequence[str | None]) -> None:
        with translated(), self._guard, closing(self._connect()) as connection, connection:
            connection.executescript(_SCHEMA)
            connection.execute(statement, values)

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path, timeout=5)
