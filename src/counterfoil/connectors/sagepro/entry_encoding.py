"""Entries of the posting ledger as JSON and back; what a text means follows from the column's kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from counterfoil.connectors.sagepro.additions import MARK
from counterfoil.connectors.sagepro.entries import ChangedRow, Entry, NewRow
from counterfoil.connectors.sagepro.journal_entries import JournalEntry, JournalLine
from counterfoil.connectors.sagepro.records import COLUMNS, Kind, TableName, Value
from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.facts.keys import PostingKey

Json = dict[str, Any]
_OWN: Mapping[str, Callable[[str], Value]] = {"Decimal": Decimal, "date": date.fromisoformat}


def encode_entry(entry: Entry) -> Json:
    """The rows alone; fact and document have columns of their own in the ledger."""
    return {
        "new": [{"table": row.table.value, "values": _texts(row.values)} for row in entry.new],
        "changed": [
            {
                "table": row.table.value,
                "key": _texts(row.key),
                "added": _texts(row.added),
                "replaced": {
                    name: [_texts({name: value})[name] for value in values]
                    for name, values in row.replaced.items()
                },
            }
            for row in entry.changed
        ],
        "journals": [
            {
                "key": str(journal.key),
                "posted_on": journal.posted_on.isoformat(),
                "lines": [[line.account, str(line.amount), line.text] for line in journal.lines],
            }
            for journal in entry.journals
        ],
    }


def decode_entry(fact: Fact, document: str, body: Json) -> Entry:
    return Entry(
        fact=fact,
        document=document,
        new=tuple(_new(row) for row in body["new"]),
        changed=tuple(_changed(row) for row in body["changed"]),
        journals=tuple(_journal(one) for one in body.get("journals", ())),
        is_kept="journals" in body or bool(body["new"] or body["changed"]),
    )


def _journal(body: Json) -> JournalEntry:
    return JournalEntry(
        key=PostingKey.parse(body["key"]),
        posted_on=date.fromisoformat(body["posted_on"]),
        lines=tuple(
            JournalLine(account=account, amount=Decimal(amount), text=text)
            for account, amount, text in body["lines"]
        ),
    )


def _new(body: Json) -> NewRow:
    table = TableName.own(body["table"])
    return NewRow(table=table, values=_values(table, body["values"]))


def _changed(body: Json) -> ChangedRow:
    table = TableName.own(body["table"])
    return ChangedRow(
        table=table,
        key=_values(table, body["key"]),
        added={name: Decimal(text) for name, text in body["added"].items()},
        replaced={
            name: (_value(table, name, before), _value(table, name, after))
            for name, (before, after) in body["replaced"].items()
        },
    )


def _texts(values: Mapping[str, Value]) -> Json:
    return {name: _own(value) if name.startswith(MARK) else _text(value) for name, value in values.items()}


def _own(value: Value) -> list[str | int | bool | None]:
    """A value of the site's own column bears its type, because no list of ours tells its kind."""
    return [type(value).__name__, _text(value)]


def _text(value: Value) -> str | int | bool | None:
    match value:
        case Decimal():
            return str(value)
        case date():
            return value.isoformat()
        case _:
            return value


def _values(table: TableName, texts: Json) -> dict[str, Value]:
    return {name: _value(table, name, text) for name, text in texts.items()}


def _value(table: TableName, name: str, text: Any) -> Value:
    if name.startswith(MARK):
        kind, own = text
        read = _OWN.get(kind)
        value: Value = own if read is None else read(own)
        return value
    if text is None or not isinstance(text, str):
        return text
    match COLUMNS[table][name].kind:
        case Kind.MONEY | Kind.QUANTITY | Kind.RATE:
            return Decimal(text)
        case Kind.DATE:
            return date.fromisoformat(text)
        case _:
            return text
