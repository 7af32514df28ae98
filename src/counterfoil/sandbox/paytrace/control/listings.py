"""What the ledger holds, as tables for people and programs; nothing in them identifies a card."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from counterfoil.sandbox.paytrace.amounts import render_dollars
from counterfoil.sandbox.paytrace.batches import Batch, all_batches, pending_batch, total
from counterfoil.sandbox.paytrace.cards import mask
from counterfoil.sandbox.paytrace.checks.desk import CheckDesk
from counterfoil.sandbox.paytrace.control.controls import Controls
from counterfoil.sandbox.paytrace.recurrences import Recurrences
from counterfoil.sandbox.paytrace.rows import StoredCard, TransactionRow
from counterfoil.sandbox.paytrace.stamps import render_date, render_stamp

Record = Mapping[str, str]
RowT = TypeVar("RowT")

PAGE_LENGTH = 50
_PAGE_DIGITS_MAX = 6


@dataclass(frozen=True, slots=True)
class Query:
    """Which rows are wanted: those that a word is found in, page by page."""

    word: str = ""
    page: int = 1

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> Query:
        """As the address of a page says it."""
        page = asked.get("page", "")
        is_page = page.isascii() and page.isdigit() and len(page) <= _PAGE_DIGITS_MAX
        return cls(asked.get("q", "").strip(), max(1, int(page)) if is_page else 1)

    @property
    def offset(self) -> int:
        return (self.page - 1) * PAGE_LENGTH


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One table: its title, its columns by key, and how its rows are found."""

    title: str
    columns: Mapping[str, str]
    find: Callable[[Controls, Query], Iterable[Record]]


def transactions(controls: Controls, query: Query) -> Sequence[Record]:
    rows = controls.gateway.ledger.latest(query.word, PAGE_LENGTH, query.offset)
    return [transaction_record(controls, row) for row in rows]


def transaction_record(controls: Controls, row: TransactionRow) -> Record:
    return {
        "transaction_id": str(row.transaction_id),
        "created": stamp(controls, row.created_at),
        "kind": row.kind.value,
        "state": row.state.value,
        "amount": render_dollars(row.amount_cents),
        "invoice": row.details.invoice_id,
        "customer": row.details.customer_id,
        "card": _card(row.card),
        "batch": "" if row.batch_number is None else f"GB{row.batch_number}",
        "through": row.caller.through,
        "user": row.caller.user,
    }


def batches(controls: Controls, query: Query) -> Sequence[Record]:
    gateway = controls.gateway
    settled = all_batches(gateway)
    pending = pending_batch(gateway)
    found = [*([pending] if pending.rows else []), *reversed(settled)]
    wanted = [batch for batch in found if query.word in {"", str(batch.number), f"GB{batch.number}"}]
    return [_batch(controls, batch) for batch in _paged(wanted, query)]


def _batch(controls: Controls, batch: Batch) -> Record:
    return {
        "batch": f"GB{batch.number}",
        "settled": "pending" if batch.settled_at is None else stamp(controls, batch.settled_at),
        "sales": str(len(batch.sales)),
        "sales_amount": render_dollars(total(batch.sales)),
        "refunds": str(len(batch.refunds)),
        "refunds_amount": render_dollars(total(batch.refunds)),
        "net": render_dollars(total(batch.sales) - total(batch.refunds)),
    }


def checks(controls: Controls, query: Query) -> Sequence[Record]:
    desk = CheckDesk(controls.gateway)
    desk.catch_up()
    rows = [
        {
            "check_id": str(row.check_id),
            "created": stamp(controls, row.created_at),
            "kind": row.kind.value,
            "status": row.status.value,
            "amount": render_dollars(row.amount_cents),
            "invoice": row.details.invoice_id,
            "customer": row.details.customer_id,
            "return": row.return_code,
            "changed": stamp(controls, row.changed_at),
        }
        for row in reversed(desk.book.checks())
    ]
    return _paged(_with_word(rows, query), query)


def customers(controls: Controls, query: Query) -> Sequence[Record]:
    rows = [
        {
            "customer": row.customer_id,
            "name": row.billing.name,
            "card": "" if row.card is None else _card(row.card),
            "expires": "" if row.card is None else f"{row.card.month:02}/{row.card.year}",
            "account": "" if row.account is None else f"xxxx{row.account.last_four}",
            "email": row.email,
            "created": stamp(controls, row.created_at),
        }
        for row in controls.gateway.ledger.customers()
    ]
    return _paged(_with_word(rows, query), query)


def recurring(controls: Controls, query: Query) -> Sequence[Record]:
    rows = [
        {
            "recurring_id": str(row.recurrence_id),
            "customer": row.customer_id,
            "amount": render_dollars(row.amount_cents),
            "frequency": row.frequency,
            "next": "ended" if row.next_day is None else render_date(row.next_day),
            "made": f"{row.made_count} of {row.total_count}",
            "last": row.last_result,
        }
        for row in Recurrences(controls.gateway).rows()
    ]
    return _paged(_with_word(rows, query), query)


def chargebacks(controls: Controls, query: Query) -> Sequence[Record]:
    rows = [
        {
            "case": str(row.case),
            "stage": row.stage.value,
            "amount": render_dollars(row.amount_cents),
            "transaction_id": str(row.transaction_id),
            "reason": row.reason,
            "opened": stamp(controls, row.events[0].at),
            "changed": stamp(controls, row.events[-1].at),
        }
        for row in reversed(controls.processor.rows())
    ]
    return _paged(_with_word(rows, query), query)


def posts(controls: Controls, query: Query) -> Sequence[Record]:
    held = [
        {
            "sent": f"late, {stamp(controls, post.due_at)}",
            "order": post.order_id,
            "transaction_id": str(post.transaction_id),
            "outcome": "waits",
        }
        for post in controls.posts.held()
    ]
    sent = [
        {
            "sent": stamp(controls, row.sent_at),
            "order": row.order_id,
            "transaction_id": str(row.transaction_id),
            "outcome": row.outcome,
        }
        for row in reversed(controls.gateway.ledger.silent_posts())
    ]
    return _paged(_with_word([*held, *sent], query), query)


def faults(controls: Controls, query: Query) -> Sequence[Record]:
    rows = [{"path": each.path, "kind": each.kind.value} for each in reversed(controls.faults.happened)]
    return _paged(_with_word(rows, query), query)


def stamp(controls: Controls, moment: datetime) -> str:
    return render_stamp(moment, controls.gateway.settings.zone)


def _card(card: StoredCard) -> str:
    return f"{card.brand} {mask(card.last_four, 'x')[-8:]}"


def _with_word(rows: Iterable[Record], query: Query) -> Sequence[Record]:
    return [row for row in rows if not query.word or query.word in row.values()]


def _paged(rows: Sequence[RowT], query: Query) -> Sequence[RowT]:
    return rows[query.offset : query.offset + PAGE_LENGTH]


LISTINGS: Mapping[str, Listing] = {
    "transactions": Listing(
        title="Transactions",
        columns={
            "transaction_id": "Transaction",
            "amount": "Amount",
            "state": "State",
            "kind": "Kind",
            "invoice": "Invoice",
            "customer": "Customer",
            "created": "Made",
            "card": "Card",
            "batch": "Batch",
            "through": "Through",
        },
        find=transactions,
    ),
    "batches": Listing(
        title="Batches",
        columns={
            "batch": "Batch",
            "settled": "Settled",
            "sales": "Sales",
            "sales_amount": "Sales total",
            "refunds": "Refunds",
            "refunds_amount": "Refund total",
            "net": "Net",
        },
        find=batches,
    ),
    "checks": Listing(
        title="Checks",
        columns={
            "check_id": "Check",
            "amount": "Amount",
            "status": "Status",
            "kind": "Kind",
            "invoice": "Invoice",
            "customer": "Customer",
            "created": "Made",
            "return": "Return code",
            "changed": "Changed",
        },
        find=checks,
    ),
    "customers": Listing(
        title="Vault",
        columns={
            "customer": "Customer",
            "name": "Name",
            "card": "Card",
            "expires": "Expires",
            "account": "Account",
            "email": "E-mail",
            "created": "Made",
        },
        find=customers,
    ),
    "recurring": Listing(
        title="Recurring payments",
        columns={
            "recurring_id": "Recurring",
            "customer": "Customer",
            "amount": "Amount",
            "frequency": "Frequency",
            "next": "Next",
            "made": "Made",
            "last": "Last result",
        },
        find=recurring,
    ),
    "chargebacks": Listing(
        title="Chargebacks",
        columns={
            "case": "Case",
            "stage": "Stage",
            "amount": "Amount",
            "transaction_id": "Transaction",
            "reason": "Reason",
            "opened": "Opened",
            "changed": "Changed",
        },
        find=chargebacks,
    ),
    "posts": Listing(
        title="Silent posts",
        columns={"sent": "Sent", "order": "Order", "transaction_id": "Transaction", "outcome": "Outcome"},
        find=posts,
    ),
    "faults": Listing(title="Faults", columns={"path": "Call", "kind": "What went wrong"}, find=faults),
}
