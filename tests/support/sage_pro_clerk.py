"""A clerk at Sage Pro's own screens, simulated; the site is one that we do not know in all columns.

The site has habits: columns that its screens fill in every new row of a table. Unless told otherwise it fills
`arcash.batch`, which our plans leave blank. It draws the numbers of open credits from its own counter in
SYSDATA, of which it keeps a copy beside the receivables. It shares no code with what plans our postings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

from counterfoil.foxpro.records.fields import Field, Value
from counterfoil.foxpro.records.record import Record
from counterfoil.foxpro.table import Table

USER, BATCH = "SARA", "0000123"
Values = dict[str, Value]
Row = dict[str, Any]
HABITS: Mapping[str, Value] = {"arcash.batch": BATCH}
ZERO = Decimal(0)


class ClerkTable(Protocol):
    """A table as far as a screen knows it, whatever keeps it."""

    @property
    def fields(self) -> Sequence[Field]: ...

    def records(self) -> Iterator[Record]: ...

    def update(self, recno: int, values: Mapping[str, Value], /) -> object: ...

    def append(self, values: Mapping[str, Value], /) -> object: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyed:
    """What stands on the clerk's slip."""

    customer: str
    amount: Decimal
    reference: str
    day: date
    account: str
    receivable: str
    invoice: str = ""
    discount: Decimal = ZERO
    discount_account: str = ""
    surplus: Decimal = ZERO
    """What was paid beyond the invoice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderSlip:
    """An order for one item, as the clerk has it on paper."""

    customer: str
    day: date
    entered: date
    item: str
    location: str
    quantity: Decimal
    price: Decimal
    purchase_order: str
    web_order: str


class SageProClerk:
    """Keys into the company below a folder."""

    def __init__(self, folder: Path, company: str = "01", habits: Mapping[str, Value] = HABITS) -> None:
        self._folder = folder
        self._company = company
        self._habits = habits

    def key_receipt(self, slip: Keyed) -> str:
        """Money applied to an invoice, less a discount; gives the credit for what is too much."""
        document = self._pay(slip.invoice, slip.amount, slip.discount, slip.day)
        self._book(slip, slip.invoice, document)
        number = self._hold(slip, slip.surplus, "OVER PAY") if slip.surplus else ""
        self._credit(slip, slip.amount + slip.surplus, slip.discount)
        return number

    def key_on_account(self, slip: Keyed) -> str:
        """Money that no invoice takes; gives the number that Sage Pro drew."""
        number = self._hold(slip, slip.amount, "ON ACCOUNT")
        self._credit(slip, slip.amount)
        return number

    def apply_credit(self, slip: Keyed, credit: str) -> None:
        """An open credit set against an invoice; no money moves."""
        sides = ((slip.invoice, slip.amount, credit), (credit, -slip.amount, slip.invoice))
        for number, amount, other in sides:
            document = self._pay(number, amount, ZERO, slip.day)
            money: Values = {"paidamt": amount, "bpaidamt": amount, "dtepaid": slip.day}
            about: Values = {"refno": slip.reference, "userid": USER, "applto": other.rjust(10)}
            whose: Values = {"invno": number.rjust(10), "custno": slip.customer}
            self._append("arcash", {**self._stamp(slip.day), **document, **whose, **money, **about})
            self._distribute(slip, number, (("R", slip.receivable, -amount),))

    def _hold(self, slip: Keyed, amount: Decimal, words: str) -> str:
        number = self._draw("AR")
        with self._table("arcust") as customers:
            _, customer = _found(customers, "custno", slip.customer)
        signs = {name: customer[name] for name in ("salesmn", "terr")}
        head: Values = {
            **self._stamp(slip.day),
            **signs,
            "invno": number.rjust(10),
            "custno": slip.customer,
            "invdte": slip.day,
            "artype": "O",
        }
        amounts: Values = {"invamt": -amount, "balance": -amount}
        based: Values = {"binvamt": -amount, "bbal": -amount}
        self._append(
            "armast", {**head, **amounts, **based, "refno": slip.reference, "glarec": customer["gllink"]}
        )
        line: Values = {"item": "Credit Memo", "descrip": words}
        prices: Values = {"extprice": -amount, "bextpri": -amount}
        self._append("artran", {**head, **line, **prices})
        document: Values = {"invdte": slip.day, "salesmn": customer["salesmn"], "glarec": customer["gllink"]}
        self._book(replace(slip, amount=amount, discount=ZERO), number, {**document, "artype": "O"})
        return number

    def void_receipt(self, slip: Keyed, credit: str = "") -> None:
        """The receipt's rows once more with the signs turned; invoice and customer owe it again.

        The open credit that it left is void from now on, as is its line, which has a status of its own.
        """
        if slip.invoice:
            document = self._pay(slip.invoice, -slip.amount, -slip.discount, None)
            back = replace(slip, amount=-slip.amount, discount=-slip.discount)
            self._book(back, slip.invoice, document)
        surplus = slip.surplus if slip.invoice else slip.amount
        if credit:
            with self._table("artran") as lines:
                place, _ = _found(lines, "invno", credit)
                lines.update(place, {"arstat": "V"})
            document = self._pay(credit, -surplus, ZERO, None, "V")
            self._book(replace(slip, amount=-surplus, discount=ZERO), credit, document)
        money = slip.amount + slip.surplus + slip.discount
        with self._table("arcust") as customers:
            place, customer = _found(customers, "custno", slip.customer)
            customers.update(place, {"balance": customer["balance"] + money})

    def enter_order(self, slip: OrderSlip) -> str:
        """A firm order for one item; gives the number that Sage Pro drew."""
        number, amount = self._draw("SO"), slip.quantity * slip.price
        customer, place = self._reserve(slip, slip.quantity)
        signs = {name: customer[name] for name in ("salesmn", "terr")}
        head: Values = {**self._stamp(slip.day), **signs, "sono": number.rjust(10), "custno": slip.customer}
        terms = {name: customer[name] for name in ("pterms", "pdisc", "pdays", "pnet")}
        sums: Values = {"taxsamt": amount, "ordamt": amount, "bordamt": amount}
        codes: Values = {"tosw": "X", "release": "N", "shipcomp": "N", "glarec": customer["gllink"]}
        about: Values = {"ponum": slip.purchase_order, "websono": slip.web_order, "defloc": slip.location}
        days: Values = {"sodate": slip.entered, "ordate": slip.day}
        self._append("somast", {**head, **days, **terms, **sums, **codes, **about})
        self._append("sotran", {**head, **self._order_line(slip, customer["gllink"], place)})
        return number

    def _reserve(self, slip: OrderSlip, quantity: Decimal) -> tuple[Row, Row]:
        """More is on order and reserved; gives the customer and the item's location."""
        with self._table("arcust") as customers:
            at, customer = _found(customers, "custno", slip.customer)
            customers.update(at, {"onorder": customer["onorder"] + quantity * slip.price})
        with self._table("iciloc") as places:
            at, place = _found(places, "item", slip.item, loctid=slip.location)
            places.update(at, {"lsoaloc": place["lsoaloc"] + quantity})
        with self._table("iciqty") as stores:
            at, store = _found(stores, "item", slip.item, loctid=slip.location)
            stores.update(at, {"qsoaloc": store["qsoaloc"] + quantity})
        return customer, place

    def _order_line(self, slip: OrderSlip, link: Value, place: Row) -> Values:
        with self._table("icitem") as items:
            _, item = _found(items, "item", slip.item)
        cost = place["slsdcst"] or item["stdcost"]
        extended = slip.quantity * slip.price
        return {
            **dict.fromkeys(("cost", "bcost", "tcost", "tbcost"), cost),
            **dict.fromkeys(("price", "bprice", "tprice", "tbprice"), slip.price),
            **dict.fromkeys(("qtyord", "tqtyord", "origqtyord"), slip.quantity),
            **dict.fromkeys(("extprice", "bextpri", "origextpri"), extended),
            **dict.fromkeys(("ordate", "rqdate"), slip.day),
            **dict.fromkeys(("tranlineno", "lineno"), Decimal(1)),
            **dict.fromkeys(("transeq", "seq"), "   1"),
            **dict.fromkeys(("isoclss", "class"), item["itmclss"]),
            "item": slip.item,
            "descrip": item["itmdesc"],
            "loctid": slip.location,
            "glsale": link,
            "glasst": place["gllink"],
            "stkcode": "Y",
            "taxable": "Y",
            "umfact": Decimal(1),
            "umeasur": item["sunmsid"],
        }

    def transfer_to_ledger(self, code: str = "P", batch: str = "000777") -> int:
        """Takes every distribution that was not transferred yet; gives how many there were."""
        with self._table("ardist") as lines:
            waiting = [line.recno for line in lines.records() if not str(line["dtstat"]).strip()]
            for number in waiting:
                lines.update(number, {"dtstat": code, "batch": batch})
        return len(waiting)

    def mark_reversed(self, reference: str) -> None:
        """A site that takes a receipt back by a mark on its rows, which turns the sums only."""
        with self._table("arcash") as receipts:
            for row in list(receipts.records()):
                if str(row["refno"]).strip() == reference:
                    receipts.update(row.recno, {"recdel": True})

    def void_order(self, number: str, slip: OrderSlip | None = None) -> None:
        """What the order reserves is free again, where the slip tells of it."""
        for name in ("somast", "sotran"):
            with self._table(name) as table:
                place, _ = _found(table, "sono", number)
                table.update(place, {"sostat": "V"})
        if slip is not None:
            self._reserve(slip, -slip.quantity)

    def work_elsewhere(self, customer: str) -> None:
        """Somebody changes a customer's address meanwhile."""
        with self._table("arcust") as customers:
            number, _ = _found(customers, "custno", customer)
            customers.update(number, {"address1": "1 New Street"})

    def _pay(
        self, invoice: str, amount: Decimal, discount: Decimal, day: date | None, status: str = ""
    ) -> Values:
        """Less is open on a document from now on; gives what a receipt takes over from it."""
        with self._table("armast") as documents:
            number, row = _found(documents, "invno", invoice)
            paid = {"paidamt": row["paidamt"] + amount, "balance": row["balance"] - amount - discount}
            if row["binvamt"] or row["bbal"]:
                paid |= {"bpaidamt": row["bpaidamt"] + amount, "bbal": row["bbal"] - amount - discount}
            if discount:
                paid |= {name: row[name] + discount for name in ("disamt", "bdisamt") if name in row}
            codes: Values = {"arstat": status} if status else {}
            dated: Values = {} if day is None else {"dtepaid": day}
            documents.update(number, {**paid, **codes, **dated})
        return {name: row[name] for name in ("invdte", "salesmn", "ponum", "glarec", "artype")}

    def _credit(self, slip: Keyed, money: Decimal, discount: Decimal = ZERO) -> None:
        with self._table("arcust") as customers:
            place, customer = _found(customers, "custno", slip.customer)
            changes: Values = {"lastpay": slip.day, "lpymt": money}
            customers.update(place, {**changes, "balance": customer["balance"] - money - discount})

    def _book(self, slip: Keyed, number: str, document: Values) -> None:
        money: Values = {"paidamt": slip.amount, "bpaidamt": slip.amount, "dtepaid": slip.day}
        given: Values = {"disamt": slip.discount, "bdisamt": slip.discount}
        whose: Values = {"invno": number.rjust(10), "custno": slip.customer}
        about: Values = {"refno": slip.reference, "glaccnt": slip.account, "userid": USER}
        self._append("arcash", {**self._stamp(slip.day), **document, **whose, **money, **given, **about})
        self._distribute(
            slip, number, (("C", slip.account, slip.amount), ("R", slip.receivable, -slip.amount))
        )
        if slip.discount:
            taken = (("D", slip.discount_account, slip.discount), ("R", slip.receivable, -slip.discount))
            self._distribute(slip, number, taken)

    def _distribute(self, slip: Keyed, number: str, lines: Iterable[tuple[str, str, Decimal]]) -> None:
        whose: Values = {"invno": number.rjust(10), "custno": slip.customer}
        for kind, account, amount in lines:
            row: Values = {"pstdate": slip.day, "ref": slip.reference, "account": account, "dttype": kind}
            amounts: Values = {"amount": amount, "bamount": amount}
            self._append("ardist", {**self._stamp(slip.day), **whose, **row, **amounts})

    def _stamp(self, day: date) -> Values:
        return {
            "adduser": USER,
            "adddate": day,
            "addtime": "09:15:00",
            "currid": "USD",
            "exchrat": Decimal(1),
        }

    def _draw(self, module: str) -> str:
        number = 0
        for counters in self._counters(module):
            place, row = _found(counters, "sysid", f"{module}{self._company}")
            number = number or int(row["int1"] or 100_000) + 1
            counters.update(place, {"int1": Decimal(number)})
        return str(number)

    def _append(self, name: str, values: Values) -> None:
        with self._table(name) as table:
            names = {field.name for field in table.fields}
            known = {column: value for column, value in values.items() if column in names}
            usual = {column: self._habits.get(f"{name}.{column}") for column in names}
            table.append({**known, **{column: value for column, value in usual.items() if value is not None}})

    def _counters(self, module: str) -> Iterator[ClerkTable]:
        """The system table, then the module's copy of it."""
        for pattern in ("SYSDATA.DBF", f"{module}SYSD{self._company}.DBF"):
            for path in self._folder.rglob(pattern):
                with Table.open(path, writable=True) as table:
                    yield table

    @contextmanager
    def _table(self, name: str) -> Iterator[ClerkTable]:
        path = next(self._folder.rglob(f"{name.upper()}{self._company}.DBF"))
        with Table.open(path, writable=True) as table:
            yield table


def _found(table: ClerkTable, column: str, text: str, **more: str) -> tuple[int, dict[str, Any]]:
    wanted = {column: text, **more}
    for record in table.records():
        if all(str(record[name]).strip() == value for name, value in wanted.items()):
            return record.recno, dict(record.values)
    raise LookupError(text)
