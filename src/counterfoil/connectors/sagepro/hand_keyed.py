"""Whether payments were keyed by hand already: questions and judgements, in the company's own folder."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from counterfoil.connectors.sagepro.judgements import Judgement
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
-- Judgements are added, never changed: the last one of a key counts, until the question is asked anew.
CREATE TABLE IF NOT EXISTS judgement (
    key TEXT NOT NULL,
    receipt TEXT,
    apart TEXT NOT NULL,
    person TEXT NOT NULL,
    judged_at TEXT NOT NULL
);
"""


_LAST = """
SELECT key, receipt FROM judgement WHERE rowid IN (SELECT max(rowid) FROM judgement GROUP BY key)
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
        """Notes the question; a repeat refreshes which receipts look like the payment and opens it again."""
        receipts = json.dumps([encode(one) for one in answer.receipts], ensure_ascii=False)
        body = json.dumps(FACT.encode(fact), ensure_ascii=False)
        self._write(
            "INSERT INTO question (key, fact, receipts, asked_at) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (key) DO UPDATE SET receipts = excluded.receipts, fact = excluded.fact,"
            " asked_at = excluded.asked_at",
            (str(fact.key), body, receipts, _moment(at)),
        )

    def open_questions(self) -> tuple[Question, ...]:
        """What nobody judged yet, oldest first."""
        rows = self._read(
            "SELECT number, fact, receipts FROM question WHERE NOT EXISTS (SELECT 1 FROM judgement"
            " WHERE judgement.key = question.key AND judged_at >= asked_at) ORDER BY number"
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
        self._judge(question, question.receipts[choice - 1], person, at)
        return question

    def set_apart(self, number: int, person: str, at: datetime) -> Question:
        """The receipts of the question are other money: the payment is posted.

        Raises:
            ConfigurationError: there is no such open question.
        """
        question = self._open(number)
        self._judge(question, None, person, at)
        return question

    def judgement(self, key: PostingKey) -> Judgement:
        """What persons said about the payment, and which receipts stand for others."""
        rows = self._read(_LAST)
        apart = self._read("SELECT apart FROM judgement WHERE key = ?", (str(key),))
        linked = {name: _receipt(receipt) for name, receipt in rows if receipt is not None}
        return Judgement(
            linked=linked.pop(str(key), None),
            apart=frozenset(_receipt(one) for (listed,) in apart for one in json.loads(listed)),
            taken=frozenset(linked.values()),
        )

    def _open(self, number: int) -> Question:
        for question in self.open_questions():
            if question.number == number:
                return question
        raise ConfigurationError(f"no question {number} is open; see the list of those that are")

    def _judge(self, question: Question, receipt: KeyedReceipt | None, person: str, at: datetime) -> None:
        """Notes it, unless the receipt stands for another payment by then."""
        if not person:
            raise ConfigurationError("say who judges: a judgement needs a person's name")
        key = str(question.fact.key)
        apart = [] if receipt else [_text(one) for one in question.receipts]
        values = (key, _text(receipt) if receipt else None, json.dumps(apart), person, _moment(at))
        with self._connected() as connection:
            connection.execute("BEGIN IMMEDIATE")
            held = {text: name for name, text in connection.execute(_LAST) if text and name != key}
            if values[1] in held:
                raise ConfigurationError(
                    f"that receipt stands for {held[values[1]]} already: one receipt is one payment"
                )
            connection.execute("INSERT INTO judgement VALUES (?, ?, ?, ?, ?)", values)
            connection.execute("COMMIT")

    def _read(self, select: str, values: Sequence[str] = ()) -> list[tuple[Any, ...]]:
        if not self._path.exists():
            return []
        with translated(), self._guard, closing(self._connect()) as connection:
            return connection.execute(select, values).fetchall()

    def _write(self, statement: str, values: Sequence[str | None]) -> None:
        with self._connected() as connection:
            connection.execute(statement, values)

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        with translated(), self._guard, closing(self._connect()) as connection:
            connection.executescript(_SCHEMA)
            yield connection

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path, timeout=5, isolation_level=None)


def _moment(at: datetime) -> str:
    """A time that sorts as text."""
    return at.astimezone(UTC).isoformat()


def _text(receipt: KeyedReceipt) -> str:
    return json.dumps(encode(receipt), ensure_ascii=False)


def _receipt(text: str) -> KeyedReceipt:
    return decode(KeyedReceipt, json.loads(text))
