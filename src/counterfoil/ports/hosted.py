"""What the gateway shows to payers itself: fields for a card, a page to pay an invoice, a receipt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from counterfoil.domain.identifiers import TransactionId
from counterfoil.domain.money import Money
from counterfoil.ports.instructions import NotOffered, Unknown
from counterfoil.security.secrets import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientKey:
    """What a page needs to show the gateway's own card fields."""

    key: Secret
    """For one page only; it lets a browser ask for a one-time token and nothing else."""
    script: str
    """The address of the gateway's program for the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PayLinkRequest:
    """A request to pay an invoice on the gateway's own page."""

    invoice_id: str
    amount: Money
    email: str
    """Where the gateway sends the link."""
    expires_on: date | None = None
    terms_url: str = ""
    approved_url: str = ""
    declined_url: str = ""
    silent_post_url: str = ""
    """Where the gateway tells that it was paid; only a hint."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PayLink:
    """The gateway made the link."""

    id: str
    url: str
    """Empty where the gateway only sends it by e-mail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotMade:
    """The gateway sent it back with a reason; nothing was done."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """The gateway took it on itself to send the e-mail."""


class HostedFields(Protocol):
    """What one merchant account shows to payers.

    Raises:
        TransientError: the gateway is away, slow or throttles; nothing was sent.
        ConfigurationError: the log-in is refused or lacks a permission.
    """

    def client_key(self) -> ClientKey: ...

    def pay_link(self, request: PayLinkRequest) -> PayLink | NotMade | NotOffered | Unknown: ...

    def email_receipt(
        self, transaction: TransactionId, address: str
    ) -> Sent | NotMade | NotOffered | Unknown: ...
