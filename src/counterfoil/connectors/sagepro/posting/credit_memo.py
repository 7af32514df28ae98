"""The rows of a credit memo: a document with negative amounts, which lowers what the customer owes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from counterfoil.connectors.sagepro.mapping import Document
from counterfoil.connectors.sagepro.operations import Append, Operation, Plan
from counterfoil.connectors.sagepro.posting.desk import CREDIT_MEMOS, Answer, Desk
from counterfoil.connectors.sagepro.posting.objections import (
    Objections,
    account_objections,
    currency_objections,
    customer_objections,
    marker_objections,
)
from counterfoil.connectors.sagepro.posting.rows import INCOME_LINE, RECEIVABLE_LINE, Sheet, stamp
from counterfoil.connectors.sagepro.records import CustomerRecord, Row, TableName, Value
from counterfoil.domain.facts.credit_memo import CreditLine, CreditMemoFact
from counterfoil.domain.facts.keys import PostingKey
from counterfoil.domain.identifiers import CustomerNumber, InvoiceNumber
from counterfoil.domain.money import Money
from counterfoil.ports.erp import Changed, Refused

REFERENCE = "CR.MEMO"
"""What Sage Pro's credit memos bear as their reference (verified in an older series)."""
TAX_LINE = "T"
"""What a distribution line for tax is; proposed, as the column is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Memo:
    """What a credit memo says, and how much of it is paid out at once."""

    number: str
    amount: Money
    tax: Money
    lines: Sequence[CreditLine]
    invoice: Document | None
    sold: Mapping[str, Row]
    """The invoice's own lines, by item."""
    paid_out: Decimal = Decimal(0)


def plan_credit_memo(fact: CreditMemoFact, desk: Desk) -> Answer:
    """The rows of a credit memo, or why there are none."""
    customers = desk.books.customers(fact.customer)
    invoices = desk.books.documents(fact.invoice) if fact.invoice else ()
    number = desk.draw(CREDIT_MEMOS)
    for objection in _objections(fact, desk, customers, invoices):
        return objection
    sheet = Sheet(
        customer=customers[0],
        marker=desk.marker(fact.key, str(fact.key)),
        day=desk.terms.posting_date(fact.credited_on),
        terms=desk.terms,
    )
    invoice = invoices[0] if invoices else None
    memo = Memo(
        number=number,
        amount=fact.amount,
        tax=fact.tax,
        lines=fact.lines,
        invoice=invoice,
        sold=sold_on(invoice, desk),
    )
    operations = (*memo_rows(sheet, memo), head(sheet, memo), sheet.change_balance(-fact.amount.amount))
    return Plan(key=fact.key, document=number, operations=operations)


def _objections(
    fact: CreditMemoFact,
    desk: Desk,
    customers: tuple[CustomerRecord, ...],
    invoices: tuple[Document, ...],
) -> Objections:
    yield from currency_objections(fact.key, fact.amount, desk.profile)
    yield from marker_objections(fact.key, str(fact.key), desk)
    yield from customer_objections(fact.key, fact.customer, customers, desk.profile)
    yield from memo_objections(fact.key, fact.tax, customers[0], desk)
    if fact.invoice:
        yield from corrected_objections(fact.key, fact.customer, fact.invoice, invoices, desk)


def memo_objections(key: PostingKey, tax: Money, customer: CustomerRecord, desk: Desk) -> Iterator[Refused]:
    """Accounts and a code for the memo."""
    accounts = desk.profile.accounts
    yield from account_objections(key, "returns", accounts.returns)
    if tax.is_positive and not (customer.row.text("tax_account") or accounts.sales_tax):
        why = f"customer {customer.number} names no account for sales tax, nor does accounts.sales_tax"
        yield Refused(key=key, why=why)
    if not desk.profile.codes.credit_memo:
        yield Refused(key=key, why="the profile names no type under codes.credit_memo")


def corrected_objections(
    key: PostingKey,
    customer: CustomerNumber,
    number: InvoiceNumber,
    invoices: tuple[Document, ...],
    desk: Desk,
) -> Objections:
    """The corrected invoice is there once, in whatever table, and the customer's own; it is not changed."""
    name = f"invoice {number}"
    if not invoices:
        yield Changed(key=key, current=(), why=f"{name} is no longer in the books")
        return
    if len(invoices) > 1:
        why = f"{name} stands {len(invoices)} times in the books: mend this in Sage Pro"
        yield Refused(key=key, why=why)
    record = invoices[0].record
    if record.customer != customer:
        why = f"{name} belongs to customer {record.customer}, not {customer}"
        yield Refused(key=key, why=why)
    if record.kind not in desk.profile.codes.invoice:
        why = f"{name} has type {record.kind!r}, which codes.invoice in the profile does not list"
        yield Refused(key=key, why=why)


def sold_on(invoice: Document | None, desk: Desk) -> Mapping[str, Row]:
    """The invoice's lines by item, as far as its tables can be searched by number."""
    if invoice is None:
        return {}
    record = invoice.record
    return {
        row.text("item"): row
        for table in (TableName.LINE_HISTORY, TableName.LINES)
        for row in desk.look(table, "number", record.number)
        if row.text("customer") == record.customer
    }


def memo_rows(sheet: Sheet, memo: Memo) -> Iterator[Operation]:
    """Lines and distributions."""
    for index, line in enumerate(memo.lines, 1):
        yield Append(table=TableName.LINES, values=_line(sheet, memo, index, line))
    document = memo_row(sheet, memo)
    net = memo.amount - memo.tax
    if not net.is_zero:
        yield sheet.distribution(document, INCOME_LINE, sheet.profile.accounts.returns, net.amount)
    if not memo.tax.is_zero:
        account = sheet.customer.row.text("tax_account") or sheet.profile.accounts.sales_tax
        yield sheet.distribution(document, TAX_LINE, account, memo.tax.amount)
    yield sheet.distribution(document, RECEIVABLE_LINE, sheet.receivable, -memo.amount.amount)


def head(sheet: Sheet, memo: Memo) -> Append:
    return Append(table=TableName.DOCUMENTS, values=memo_row(sheet, memo).values)


def memo_row(sheet: Sheet, memo: Memo) -> Row:
    """The memo's own row, as other rows of the posting refer to it."""
    total, paid = -memo.amount.amount, -memo.paid_out
    source = memo.invoice.record.row if memo.invoice else sheet.customer.row
    amounts = {"total": total, "paid": paid, "balance": total - paid}
    values: dict[str, Value] = {
        **stamp(sheet.terms),
        "number": memo.number,
        "invoiced_on": sheet.day,
        "customer": sheet.customer.number,
        "salesperson": source.text("salesperson"),
        "territory": source.text("territory"),
        "purchase_order": source.text("purchase_order"),
        "order": source.text("order"),
        "reference": REFERENCE,
        "tax": -memo.tax.amount,
        "discount": Decimal(0),
        **amounts,
        **{f"base_{name}": amount for name, amount in amounts.items()},
        "link_code": sheet.customer.row.text("link_code"),
        "status": sheet.profile.codes.live[0],
        "kind": sheet.profile.codes.credit_memo[0],
    }
    return Row(table=TableName.DOCUMENTS, record=0, values=values)


def _line(sheet: Sheet, memo: Memo, index: int, line: CreditLine) -> Mapping[str, Value]:
    document = memo_row(sheet, memo)
    same = ("number", "customer", "invoiced_on", "salesperson", "territory", "status", "kind")
    sold = memo.sold.get(line.item)
    return {
        **stamp(sheet.terms),
        **{name: document.values[name] for name in same},
        "line": index,
        "item": line.item,
        "description": line.description,
        "quantity": -line.quantity,
        "price": line.price.amount,
        "extended_price": -line.amount.amount,
        "base_extended_price": -line.amount.amount,
        "sales_code": sold.text("sales_code") if sold else "",
        "stock_code": sold.text("stock_code") if sold else "",
    }
