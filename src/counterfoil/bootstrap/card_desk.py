"""Saving a payer's card: asked for at an address of its own, kept in the gateway's vault with the consent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from typing_extensions import override

from counterfoil.bootstrap.entered import require_no_card
from counterfoil.bootstrap.gateways import GatewayLink
from counterfoil.bootstrap.intake import address_digest
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.domain.address import Address
from counterfoil.domain.consent import Consent, SavedMethod
from counterfoil.domain.identifiers import CustomerNumber
from counterfoil.ports.errors import ConfigurationError
from counterfoil.ports.hosted import HostedFields
from counterfoil.ports.instructions import OneTimeToken, StoredPayer
from counterfoil.ports.vault import Kept, NewCustomer, NotKept, NotUnique, StoredCustomer, Vault
from counterfoil.security.card_guard import clean
from counterfoil.store.connections import ConnectionRow
from counterfoil.store.payment_methods import Asked, MethodRow, StoredPaymentMethods, Terms
from counterfoil.web.cards import CardDesk, CardKept, CardPage, CardRefused, TakenCard

SCRIPT = "hosted_script"
"""The connection's setting for the address of the gateway's program, where it is another than is known."""
TICKET_BYTES = 32
LABEL_BYTES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class CardQuestion:
    """Whom to ask for a card, in which words, and who wants it."""

    customer: str
    terms: Terms
    asked_by: str
    lasts: timedelta = timedelta(days=3)


def ask_for_card(workspace: Workspace, row: ConnectionRow, question: CardQuestion) -> str:
    """Opens an address at which one card may be saved once; gives what follows ``/cards/``.

    Raises:
        ConfigurationError: a text looks like card data.
    """
    require_no_card(
        customer=question.customer, consent=question.terms.text, invoice=question.terms.invoice,
        person=question.asked_by,
    )  # fmt: skip
    ticket = workspace.ids.token(TICKET_BYTES)
    asked = Asked(
        id=workspace.ids.new_id(),
        connection=row.id,
        customer=question.customer,
        label=f"cf-{workspace.ids.new_id()[: 2 * LABEL_BYTES]}",
        asked_by=question.asked_by,
        ticket_digest=address_digest(ticket),
        ticket_until=workspace.clock.now() + question.lasts,
        terms=question.terms,
    )
    StoredPaymentMethods(workspace.database, workspace.clock).ask(asked)
    return ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """Where one connection's cards are taken."""

    merchant: str
    hosted: HostedFields
    vault: Vault
    script: str = ""


class VaultCardDesk(CardDesk):
    """Keeps cards in the vaults of gateway connections; one-time tokens are used and never stored."""

    def __init__(self, workspace: Workspace, counters: Mapping[str, Counter]) -> None:
        self._clock = workspace.clock
        self._methods = StoredPaymentMethods(workspace.database, workspace.clock)
        self._counters = counters

    @override
    def page(self, ticket: str) -> CardPage | None:
        found = self._asked(ticket)
        if found is None:
            return None
        asked, counter = found
        key = counter.hosted.client_key()
        return CardPage(
            merchant=counter.merchant,
            consent=asked.terms.text,
            limits=_limits(asked.terms),
            client_key=key.key,
            script=counter.script or key.script,
        )

    @override
    def keep(self, ticket: str, taken: TakenCard) -> CardKept | CardRefused | None:
        found = self._asked(ticket)
        if found is None:
            return None
        asked, counter = found
        if clean({"name": taken.name}).redacted:
            return CardRefused(why="write your name, nothing of a card")
        stored = _in_vault(counter.vault, asked, taken)
        if isinstance(stored, CardRefused):
            return stored
        consent = Consent(by=taken.name, at=self._clock.now(), text=asked.terms.text, scope=asked.terms.scope)
        if not self._methods.save(asked.id, _method(asked, stored), consent) and self._has_ended(asked):
            counter.vault.delete(StoredPayer(reference=stored.reference))
            return None
        return CardKept(last_four=stored.last_four)

    def _has_ended(self, asked: MethodRow) -> bool:
        """Whether somebody ended it while the card was typed; else the page was only sent twice."""
        return any(
            each.id == asked.id and each.status == "ended" for each in self._methods.all(asked.connection)
        )

    def _asked(self, ticket: str) -> tuple[MethodRow, Counter] | None:
        asked = self._methods.open_at(address_digest(ticket))
        counter = self._counters.get(asked.connection) if asked else None
        return (asked, counter) if asked and counter else None


def counters(workspace: Workspace, links: Sequence[GatewayLink]) -> dict[str, Counter]:
    """One for each gateway connection in use."""
    rows = {row.id: row for row in workspace.connections.all()}
    return {
        link.connection: Counter(
            merchant=str(rows[link.connection].settings.get("merchant_name") or link.name),
            hosted=link.hosted,
            vault=link.vault,
            script=str(rows[link.connection].settings.get(SCRIPT, "")),
        )
        for link in links
        if link.connection in rows
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A consent that was withdrawn; why its card may still lie in the vault, or nothing."""

    left_in_vault: str = ""


def end_card(workspace: Workspace, row: ConnectionRow, vault: Vault, method: str, *, by: str) -> Ended:
    """Withdraws a consent and takes its card out of the gateway's vault, again where that failed before.

    The consent ends first: from then on nothing is charged, whatever becomes of the vault.

    Raises:
        ConfigurationError: there is no such method, or it had ended and its card is out.
    """
    require_no_card(person=by)
    methods = StoredPaymentMethods(workspace.database, workspace.clock)
    found = next((each for each in methods.all(row.id) if each.id == method), None)
    if found is None:
        raise ConfigurationError(f"there is no saved method {method}")
    is_new = methods.end(found.id, by=by)
    stored = _left(vault, found)
    if stored is None and not is_new:
        raise ConfigurationError(f"{method} has ended already")
    return Ended(left_in_vault=_take_out(vault, stored) if stored else "")


def _left(vault: Vault, row: MethodRow) -> StoredPayer | None:
    """What the vault holds of a method; by its label where nobody knows whether it was saved."""
    if row.method is not None:
        payer = StoredPayer(reference=row.method.reference)
        return payer if vault.find(payer) else None
    stored = _labelled(vault, row.label)
    return StoredPayer(reference=stored.reference) if stored else None


def _take_out(vault: Vault, payer: StoredPayer) -> str:
    """Why it may still be there, or nothing."""
    answer = vault.delete(payer)
    return "" if isinstance(answer, Kept) or vault.find(payer) is None else answer.why


def _limits(terms: Terms) -> tuple[str, ...]:
    """How far the consent will go, for the payer to see beside the words."""
    told = (
        f"For invoice {terms.invoice} alone" if terms.invoice else "For each open invoice",
        f"At most {terms.amount_max} at a time" if terms.amount_max else "",
        f"Until {terms.until:%B %d, %Y}" if terms.until else "",
    )
    return tuple(each for each in told if each)


def _in_vault(vault: Vault, asked: MethodRow, taken: TakenCard) -> StoredCustomer | CardRefused:
    """What the vault keeps under the question's label; an answer that was lost is looked for by it."""
    answer = vault.create(
        NewCustomer(
            label=asked.label,
            source=OneTimeToken(token=taken.token, key=taken.key),
            billing=Address(name=taken.name),
        )
    )
    match answer:
        case Kept():
            found = vault.find(answer.payer)
            return found or StoredCustomer(reference=answer.payer.reference, label=asked.label)
        case NotKept():
            return CardRefused(why=f"the gateway did not take the card: {answer.why}")
        case NotUnique():
            found = _labelled(vault, asked.label)
        case _:
            found = _labelled(vault, asked.label)
    why = "it is not known whether the card was saved: load this page again in some minutes"
    return found or CardRefused(why=why)


def _labelled(vault: Vault, label: str) -> StoredCustomer | None:
    return next((each for each in vault.all() if each.label == label), None)


def _method(asked: MethodRow, stored: StoredCustomer) -> SavedMethod:
    return SavedMethod(
        reference=stored.reference,
        customer=CustomerNumber(asked.customer),
        tender=stored.tender,
        last_four=stored.last_four,
        brand=stored.brand,
        expires=stored.expires,
    )
