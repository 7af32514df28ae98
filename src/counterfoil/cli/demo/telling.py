"""Tells the story on the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from rich.console import Console, Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from counterfoil.sandbox.sagepro.balances import AMOUNTS, KEYS

_STATES = {"done": "green", "held": "yellow", "parked": "yellow", "dead": "red"}


@dataclass(frozen=True, slots=True)
class Balance:
    """One balance before and after a chapter, read from the table files."""

    name: str
    before: Decimal
    after: Decimal


class Teller:
    """Writes to a terminal, or plainly where there is none."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def say(self, text: str) -> None:
        self._console.print(Text(text))

    def heading(self, text: str) -> None:
        self._console.print()
        self._console.rule(Text(text, style="bold"), align="left")

    @contextmanager
    def working(self, what: str) -> Iterator[None]:
        """Shows that something takes a moment, then that it is done."""
        with self._console.status(Text(what)):
            yield
        self._console.print(Text.assemble(("  ok  ", "green"), what))

    def chapter(self, title: str, runs: Sequence[dict[str, Any]], balances: Sequence[Balance]) -> None:
        """One payment: what happened, what was decided and why, the rows, the balances if they moved now."""
        parts: list[Any] = [_events(runs)]
        rows = [row for run in runs for row in run["rows"]]
        if rows:
            parts += [_rows(rows)]
        if balances:
            parts += [_balances(balances)]
        self._console.print(Panel(Group(*parts), title=Text(title), title_align="left", border_style="blue"))

    def verdicts(self, verdicts: Sequence[tuple[str, bool, str]]) -> None:
        """The checks of the books, each with its verdict and, where it failed, what is off."""
        table = Table(box=None, padding=(0, 1), show_header=False)
        for name, is_met, remark in verdicts:
            table.add_row(
                Text("holds" if is_met else "BROKEN", style="green" if is_met else "bold red"), name, remark
            )
        self._console.print(table)


def _events(runs: Sequence[dict[str, Any]]) -> Table:
    table = Table(box=None, padding=(0, 1), show_header=False)
    table.add_column(style="dim")
    table.add_column()
    for run in runs:
        amount = (
            f"{run['amount']}, {run['kind'].partition('.')[2]}, told by {run['source'].replace('_', ' ')}"
        )
        table.add_row("event", Text(f"transaction {run['transaction']}: {amount}"))
        state = Text(run["status"], style=_STATES.get(run["status"], ""))
        table.add_row("decision", Text.assemble(run["decision"], " (", state, ")"))
        table.add_row("why", Text(run["why"]))
    return table


def _rows(rows: Sequence[dict[str, Any]]) -> Table:
    table = Table(title="rows written", title_justify="left", title_style="dim", box=None, padding=(0, 1))
    for heading in ("table", "row", "fields"):
        table.add_column(heading, style="dim" if heading == "table" else "")
    for row in rows:
        changes = [_change(field, added=row["added"]) for field in row["fields"] if _is_shown(row, field)]
        table.add_row(
            row["table"], f"{row['record']}{' new' if row['added'] else ''}", Text(", ".join(changes))
        )
    return table


def _is_shown(row: dict[str, Any], field: dict[str, Any]) -> bool:
    """New rows show their keys and amounts; changed rows show what changed."""
    if not row["added"]:
        return True
    return field["field"] in KEYS or (field["field"] in AMOUNTS and field["after"].strip("-0.") != "")


def _change(field: dict[str, Any], *, added: bool) -> str:
    if added:
        return f"{field['field']} {field['after'].strip()}"
    return f"{field['field']} {field['before'].strip() or 'blank'} → {field['after'].strip() or 'blank'}"


def _balances(balances: Sequence[Balance]) -> Table:
    table = Table(title="balances", title_justify="left", title_style="dim", box=None, padding=(0, 1))
    table.add_column("of")
    for heading in ("before", "after", "change"):
        table.add_column(heading, justify="right")
    for balance in balances:
        change = balance.after - balance.before
        table.add_row(balance.name, f"{balance.before:,.2f}", f"{balance.after:,.2f}", f"{change:+,.2f}")
    return table
