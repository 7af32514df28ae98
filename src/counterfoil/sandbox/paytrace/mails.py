"""Mails that the gateway would have sent; the sandbox only notes them."""

from __future__ import annotations

from datetime import datetime

import msgspec

from counterfoil.sandbox.paytrace.gateway import Gateway
from counterfoil.sandbox.paytrace.shelf import Shelf


class MailRow(msgspec.Struct, frozen=True, kw_only=True):
    """One mail: to whom, what it is about."""

    to: str
    subject: str
    text: str
    sent_at: datetime


class Mails:
    """The mails of one merchant account, oldest first."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._shelf = Shelf(gateway.ledger.documents, "mails", MailRow)

    def note(self, to: str, subject: str, text: str) -> None:
        row = MailRow(to=to, subject=subject, text=text, sent_at=self._gateway.now())
        self._shelf.put(self._gateway.new_id(), row)

    def rows(self) -> list[MailRow]:
        return self._shelf.rows()
