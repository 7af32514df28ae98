"""A clerk at Sage Pro's own screens, simulated; the site is one that we do not know in all columns.

The site fills `arcash.batch`, which our plans leave blank, and draws the numbers of open credits from its own
counter in SYSDATA, of which it keeps a copy beside the receivables. It shares no code with what plans our
postings.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from counterfoil.foxpro.records.fields import Value
from counterfoil.foxpro.table import Table

USER, BATCH = "SARA", "0000123"
Values = dict[str, Value]


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


class SageProClerk:
    """Keys into the company below a folder."""

    def __init__(self, folder: Path, company: str = "01", batch: str = BATCH) -> None:
        self._folder = folder
        self._company = company
        self._batch = batch

    def key_receipt(self, slip: Keyed) -> None:
        """Money applied to an invoice."""
        with self._table("armast") as documents:
            number, row = _found(documents, "invno", slip.invoice)
            paid = {"paidamt": row["paidamt"] + slip.amount, "balance": row["balance"] - slip.amount}
            if row["binvamt"] or row["bbal"]:
                paid |= {"bpaidamt": row["bpaidamt"] + slip.amount, "bbal": row["bbal"] - slip.amount}
            documents.update(number, {**paid, "dtepaid": slip.day})
        document = {name: row[name] for name in ("invdte", "salesmn", "ponum", "glarec", "artype")}
        self._receive(slip, slip.invoice, document)

    def key_on_account(self, slip: Keyed) -> str:
        """Money that no invoice takes; gives the number that Sage Pro drew."""
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
        amounts: Values = {"invamt": -slip.amount, "balance": -slip.amount}
        based: Values = {"binvamt": -slip.amount, "bbal": -slip.amount}
        self._append(
            "armast", {**head, **amounts, **based, "refno": slip.reference, "glarec": customer["gllink"]}
        )
        line: Values = {"item": "Credit Memo", "descrip": "ON ACCOUNT"}
        prices: Values = {"extprice": -slip.amount, "bextpri": -slip.amount}
        self._append("artran", {**head, **line, **prices})
        document: Values = {"invdte": slip.day, "salesmn": customer["salesmn"], "glarec": customer["gllink"]}
        self._receive(slip, number, {**document, "artype": "O"})
        return number

    def void_receipt(self, slip: Keyed) -> None:
        """The receipt's rows once more with the signs turned; the invoice and the customer owe it again."""
        with self._table("armast") as documents:
            number, row = _found(documents, "invno", slip.invoice)
            paid = {"paidamt": row["paidamt"] - slip.amount, "balance": row["balance"] + slip.amount}
            based = {"bpaidamt": row["bpaidamt"] - slip.amount, "bbal": row["bbal"] + slip.amount}
            documents.update(number, {**paid, **based})
        document = {name: row[name] for name in ("invdte", "salesmn", "ponum", "glarec", "artype")}
        self._book(replace(slip, amount=-slip.amount), slip.invoice, document)
        with self._table("arcust") as customers:
            place, customer = _found(customers, "custno", slip.customer)
            customers.update(place, {"balance": customer["balance"] + slip.amount})

    def work_elsewhere(self, customer: str) -> None:
        """Somebody changes a customer's address meanwhile."""
        with self._table("arcust") as customers:
            number, _ = _found(customers, "custno", customer)
            customers.update(number, {"address1": "1 New Street"})

    def _receive(self, slip: Keyed, number: str, document: Values) -> None:
        self._book(slip, number, document)
        with self._table("arcust") as customers:
            place, customer = _found(customers, "custno", slip.customer)
            changes: Values = {"lastpay": slip.day, "lpymt": slip.amount}
            customers.update(place, {**changes, "balance": customer["balance"] - slip.amount})

    def _book(self, slip: Keyed, number: str, document: Values) -> None:
        money: Values = {"paidamt": slip.amount, "bpaidamt": slip.amount, "dtepaid": slip.day}
        whose: Values = {"invno": number.rjust(10), "custno": slip.customer}
        about: Values = {
            "refno": slip.reference,
            "glaccnt": slip.account,
            "userid": USER,
            "batch": self._batch,
        }
        self._append("arcash", {**self._stamp(slip.day), **document, **whose, **money, **about})
        for kind, account, amount in (("C", slip.account, slip.amount), ("R", slip.receivable, -slip.amount)):
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
        with Table.open(next(self._folder.rglob("SYSDATA.DBF")), writable=True) as system:
            place, row = _found(system, "sysid", f"{module}{self._company}")
            number = int(row["int1"] or 100_000) + 1
            system.update(place, {"int1": Decimal(number)})
        for path in self._folder.rglob(f"{module}SYSD{self._company}.DBF"):
            with Table.open(path, writable=True) as mirror:
                place, _ = _found(mirror, "sysid", f"{module}{self._company}")
                mirror.update(place, {"int1": Decimal(number)})
        return str(number)

    def _append(self, name: str, values: Values) -> None:
        with self._table(name) as table:
            names = {field.name for field in table.fields}
            table.append({column: value for column, value in values.items() if column in names})

    @contextmanager
    def _table(self, name: str) -> Iterator[Table]:
        path = next(self._folder.rglob(f"{name.upper()}{self._company}.DBF"))
        with Table.open(path, writable=True) as table:
            yield table


def _found(table: Table, column: str, text: str) -> tuple[int, dict[str, Any]]:
    for record in table.records():
        if str(record[column]).strip() == text:
            return record.recno, dict(record.values)
    raise LookupError(text)
