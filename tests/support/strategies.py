from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from hypothesis import strategies as st

from counterfoil.domain.facts.keys import Effect, PostingKey
from counterfoil.domain.facts.receipt import Application, ReceiptFact
from counterfoil.domain.identifiers import (
    CustomerNumber,
    InvoiceNumber,
    MerchantId,
    OrderNumber,
    TransactionId,
)
from counterfoil.domain.invoice import Customer, Invoice, ItemKind, Order, Shelf
from counterfoil.domain.money import Money, exponent, split
from counterfoil.domain.payment import Payment, PaymentKind, PaymentStatus, Tender
from counterfoil.ports.erp import (
    AlreadyPosted,
    Busy,
    Changed,
    Conflict,
    FieldChange,
    HandedOver,
    Posted,
    PostingAnswer,
    Preview,
    References,
    Refused,
    RowChange,
)

currencies = st.sampled_from(["USD", "EUR", "JPY", "KWD"])
words = st.text(max_size=12)
days = st.dates(date(1990, 1, 1), date(2090, 1, 1))
instants = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds are naive, values aware
customer_numbers = st.sampled_from(["ABC", "XYZ", "0007"]).map(CustomerNumber)
invoice_numbers = st.integers(1, 99_999).map(lambda number: InvoiceNumber(str(number)))
order_numbers = st.integers(1, 99_999).map(lambda number: OrderNumber(str(number)))
keys = st.builds(
    PostingKey,
    lineage=st.from_regex(r"[a-z]{1,8}/[0-9]{1,8}", fullmatch=True),
    effect=st.sampled_from(Effect),
    generation=st.integers(1, 9),
)


@st.composite
def payable(draw: st.DrawFn, currency: str | None = None, least: int = 1, most: int = 1_000_000) -> Money:
    """Whole minor units of a currency."""
    code = currency or draw(currencies)
    return Money(Decimal(draw(st.integers(least, most))).scaleb(-exponent(code)), code)


@st.composite
def invoices(draw: st.DrawFn, currency: str | None = None) -> Invoice:
    code = currency or draw(currencies)
    return Invoice(
        number=draw(invoice_numbers),
        customer=draw(customer_numbers),
        kind=draw(st.sampled_from(ItemKind)),
        shelf=draw(st.sampled_from(Shelf)),
        invoiced_on=draw(st.none() | days),
        due_on=draw(st.none() | days),
        total=draw(payable(code)),
        open=draw(payable(code, least=-10)),
        void=draw(st.booleans()),
        order=draw(st.none() | order_numbers),
        purchase_order=draw(words),
        discount=draw(st.none() | payable(code, most=5)),
        discount_until=draw(st.none() | days),
    )


orders = st.builds(Order, number=order_numbers, customer=customer_numbers, purchase_order=words)
customers = st.builds(Customer, number=customer_numbers, name=words, balance=payable())

payments = st.builds(
    Payment,
    merchant=words.map(MerchantId),
    transaction=words.map(TransactionId),
    kind=st.sampled_from(PaymentKind),
    status=st.sampled_from(PaymentStatus),
    tender=st.sampled_from(Tender),
    amount=payable(),
    created_at=instants,
    settled_at=st.none() | instants,
    invoice_reference=words,
    order_reference=words,
    vault_customer=words,
    payer_name=words,
    last_four=words,
    approval_code=words,
    vendor_status=words,
)


@st.composite
def receipt_facts(draw: st.DrawFn) -> ReceiptFact:
    amount = draw(payable())
    numbers = draw(st.lists(invoice_numbers, max_size=3, unique=True))
    shares = split(amount, [Decimal(draw(st.integers(1, 9))) for _ in [*numbers, "rest"]])
    applied = [(number, share) for number, share in zip(numbers, shares, strict=False) if share.is_positive]
    rest = amount
    for _, share in applied:
        rest -= share
    return ReceiptFact(
        key=draw(keys),
        customer=draw(customer_numbers),
        received_on=draw(days),
        amount=amount,
        tender=draw(st.sampled_from(Tender)),
        reference=TransactionId(draw(words)),
        applications=tuple(Application(invoice=n, amount=s, assumed_open=s) for n, s in applied),
        on_account=rest,
        reason=draw(st.text(min_size=1, max_size=20)),
    )


row_changes = st.builds(
    RowChange,
    table=words,
    record=st.integers(0, 10**6),
    added=st.booleans(),
    fields=st.lists(st.builds(FieldChange, field=words, before=words, after=words), max_size=3).map(tuple),
)
rows = st.lists(row_changes, max_size=3).map(tuple)
posted = st.builds(Posted, key=keys, fact=receipt_facts(), document=words, rows=rows)
posting_answers: st.SearchStrategy[PostingAnswer] = st.one_of(
    posted,
    st.builds(AlreadyPosted, first=posted),
    st.builds(HandedOver, key=keys, where=words),
    st.builds(Busy, key=keys, what=words),
    st.builds(Changed, key=keys, current=st.lists(invoices(), max_size=3).map(tuple), why=words),
    st.builds(Conflict, key=keys, why=words),
    st.builds(Refused, key=keys, why=words),
)
previews = st.builds(Preview, key=keys, rows=rows)
references = st.builds(
    References,
    invoices=st.lists(invoices(), max_size=3).map(tuple),
    orders=st.lists(orders, max_size=3).map(tuple),
)
