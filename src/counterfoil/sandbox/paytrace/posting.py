"""Silent posts as they go out: each once by itself, and again, forged or late where a tester wants it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from counterfoil.sandbox.paytrace.gateway import Gateway
from counterfoil.sandbox.paytrace.rows import Approval, SilentPostRow, TransactionRow
from counterfoil.sandbox.paytrace.shelf import Shelf
from counterfoil.sandbox.paytrace.silent_post import SilentPostSender, render_silent_post

_FORGED = Approval(
    code="TAS000", message="APPROVAL TAS000 - Approved and completed", avs="Full Exact Match", csc="Match"
)


class HeldPost(msgspec.Struct, frozen=True, kw_only=True):
    """A post that goes out later."""

    order_id: str
    transaction_id: int
    url: str
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgery:
    """A post that nobody's payment made."""

    url: str
    order_id: str
    transaction_id: int


class Posts:
    """Sends posts and keeps what became of each."""

    def __init__(self, gateway: Gateway, sender: SilentPostSender) -> None:
        self.delay = timedelta(0)
        self._gateway = gateway
        self._sender = sender
        self._held = Shelf(gateway.ledger.documents, "held_posts", HeldPost)

    def held(self) -> list[HeldPost]:
        return self._held.rows()

    async def tell(self, url: str, order_id: str, row: TransactionRow) -> None:
        """Posts a payment, or keeps the post for later."""
        if self.delay:
            due_at = self._gateway.now() + self.delay
            post = HeldPost(order_id=order_id, transaction_id=row.transaction_id, url=url, due_at=due_at)
            self._held.put(self._gateway.new_id(), post)
            return
        await self._send(url, order_id, row)

    async def send_due(self, *, all_of_them: bool = False) -> int:
        """Sends the held posts whose time has come; gives how many."""
        sent = 0
        for key, post in self._held.items():
            row = self._gateway.ledger.transaction(post.transaction_id)
            if row is not None and (all_of_them or post.due_at <= self._gateway.now()):
                self._held.remove(key)
                await self._send(post.url, post.order_id, row)
                sent += 1
        return sent

    async def repeat(self, transaction_id: int, times: int, url: str) -> int:
        """Posts a payment again, to its order's address unless another is named; gives how often."""
        row = self._gateway.ledger.transaction(transaction_id)
        order = self._gateway.ledger.checkout_of(transaction_id)
        target = url or (order.silent_post_url if order else self._gateway.settings.silent_post_url)
        if row is None or not target:
            return 0
        for _ in range(times):
            await self._send(target, order.order_id if order else row.details.invoice_id, row)
        return times

    async def forge(self, forgery: Forgery) -> None:
        """Posts what looks like an approved payment and is none."""
        approval = Approval(
            code="TAS000",
            message="APPROVAL TAS000 - Approved and completed",
            avs="Full Exact Match",
            csc="Match",
        )
        body = render_silent_post(forgery.order_id, forgery.transaction_id, approval, "")
        await self._post(forgery.url, body, forgery.order_id, forgery.transaction_id)

    async def _send(self, url: str, order_id: str, row: TransactionRow) -> None:
        body = render_silent_post(order_id, row.transaction_id, row.approval, row.details.email)
        await self._post(url, body, order_id, row.transaction_id)

    async def _post(self, url: str, body: str, order_id: str, transaction_id: int) -> None:
        outcome = await self._sender.send(url, body)
        self._gateway.ledger.add_silent_post(
            SilentPostRow(
                order_id=order_id,
                transaction_id=transaction_id,
                sent_at=self._gateway.now(),
                outcome=outcome,
            )
        )
