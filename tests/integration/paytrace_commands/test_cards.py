"""A payer's card is saved by the gateway's own fields, charged as far as the consent goes, and ended."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx2
import pytest
from typing_extensions import override

from counterfoil.bootstrap.card_desk import VaultCardDesk, counters
from counterfoil.bootstrap.gateways import GatewayLink, open_gateways
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.domain.consent import NotAllowed
from counterfoil.domain.identifiers import CustomerNumber
from counterfoil.domain.money import Money
from counterfoil.ports.effects import EffectState
from counterfoil.ports.instructions import Carried, Charge, StoredPayer
from counterfoil.ports.vault import CustomerChange, NewCustomer, StoredCustomer, Vault, VaultAnswer
from counterfoil.runtime.gateway_writes import GatewayWrites
from counterfoil.runtime.unattended import UnattendedCharges
from counterfoil.security.secrets import Secret
from counterfoil.store.gates import StoredGates
from counterfoil.store.payment_methods import StoredPaymentMethods
from counterfoil.store.server_programs import Programs
from counterfoil.web.cards import CardKept, CardRefused, TakenCard
from tests.support import disk
from tests.support.gateway_desk import Desk
from tests.support.memory_effects import MemoryEffects
from tests.unit.sandbox_paytrace.client import VISA

ASK = ("paytrace", "take-card", "ABC", "I agree that my open invoices are charged.", "--by", "Ann Lee")
CUSTOMER = CustomerNumber("ABC")


@contextmanager
def opened(desk: Desk) -> Iterator[tuple[Workspace, GatewayLink, VaultCardDesk]]:
    """The hub's side of the page."""
    with desk.workspace() as workspace:
        [link] = open_gateways(workspace)
        try:
            yield workspace, link, VaultCardDesk(workspace, counters(workspace, [link]))
        finally:
            link.close()


def type_card(desk: Desk, client_key: Secret) -> TakenCard:
    """What the gateway's fields in the payer's browser do."""
    typed = {"clientKey": client_key.reveal(), "number": VISA, "expiration": "12/2035", "csc": "999"}
    answer = httpx2.post(f"{desk.url}/sandbox/protect/process", json=typed).json()
    message = answer["message"]
    return TakenCard(token=Secret(message["hpf_token"]), key=Secret(message["enc_key"]), name="Bob Payer")


def save_card(desk: Desk, *more: str) -> str:
    """Asks, types and keeps a card; gives its reference in the vault."""
    ticket = desk.said(*ASK, *more).strip().rpartition("/")[2]
    with opened(desk) as (workspace, link, page):
        shown = page.page(ticket)
        assert shown is not None
        taken = type_card(desk, shown.client_key)
        assert page.keep(ticket, taken) == CardKept(last_four="5439")
        assert page.page(ticket) is None
        assert page.keep(ticket, taken) is None
        [row] = StoredPaymentMethods(workspace.database, workspace.clock).all(link.connection)
        assert row.method is not None
        return row.method.reference


@pytest.mark.parametrize("generation", [(), ("--v3-account", "100001")], ids=["v1", "v3"])
def test_a_card_is_kept_by_its_token_with_the_payer_s_consent(
    desk: Desk, generation: tuple[str, ...], tmp_path: Path
) -> None:
    desk.connect(*generation)
    save_card(desk)
    [told] = json.loads(desk.said("paytrace", "cards", "--json"))
    assert (told["customer"], told["status"], told["last_four"]) == ("ABC", "saved", "5439")
    assert (told["consent"], told["scope"], told["by"]) == (ASK[3], "open_invoices", "Bob Payer")
    with desk.workspace() as workspace:
        dump = tmp_path / "dump.sql"
        Programs().run("pg_dump", f"--dbname={workspace.database.conninfo}", f"--file={dump}", "--inserts")
    assert "Bob Payer" in dump.read_text("utf-8")
    assert disk.findings(tmp_path, [VISA, "hpf_token", "enc_key"]) == []


def test_a_token_is_good_once_and_what_the_gateway_refuses_is_told(desk: Desk) -> None:
    desk.connect()
    ticket = desk.said(*ASK).strip().rpartition("/")[2]
    with opened(desk) as (_, _, page):
        odd = TakenCard(token=Secret("none"), key=Secret("none"), name="Bob Payer")
        refused = page.keep(ticket, odd)
        assert isinstance(refused, CardRefused)
        card = TakenCard(token=Secret("none"), key=Secret("none"), name=f"Bob {VISA}")
        assert page.keep(ticket, card) == CardRefused(why="write your name, nothing of a card")


def test_only_what_the_payer_agreed_to_is_charged_and_nothing_after_the_end(desk: Desk) -> None:
    desk.connect()
    reference = save_card(desk, "--at-most", "50.00", "--until", "2099-12-31")
    with opened(desk) as (workspace, link, _):
        now = workspace.clock.now()
        effects = MemoryEffects(workspace.clock)
        effects.gate(link.connection, now=now, gap_from=now.date())
        effects.open(link.connection, seen_at=now, now=now)
        writes = GatewayWrites(link.connection, link.gateway, effects, workspace.clock)
        methods = StoredPaymentMethods(workspace.database, workspace.clock)
        charges = UnattendedCharges(link.connection, methods, writes, workspace.clock, link.zone)
        payer = StoredPayer(reference=reference)
        fits = Charge(payer=payer, amount=Money.of("50.00", "USD"), invoice_id="1001")
        more = Charge(payer=payer, amount=Money.of("50.01", "USD"), invoice_id="1002")
        assert isinstance(charges.charge("k1", fits, CUSTOMER), Carried)
        assert isinstance(charges.charge("k2", more, CUSTOMER), NotAllowed)
        assert isinstance(charges.charge("k3", fits, CustomerNumber("XYZ")), NotAllowed)
        stranger = Charge(payer=StoredPayer(reference="other"), amount=fits.amount, invoice_id="1003")
        assert isinstance(charges.charge("k4", stranger, CUSTOMER), NotAllowed)
        assert effects.find("k2") is None
        first = effects.find("k1")
        assert first is not None
        assert first.state is EffectState.DONE
        [row] = methods.all(link.connection)
        desk.said("paytrace", "end-card", row.id, "--by", "Ann Lee")
        assert "has ended already" in desk.refused("paytrace", "end-card", row.id, "--by", "Ann Lee")
        assert isinstance(charges.charge("k5", fits, CUSTOMER), NotAllowed)
        assert link.vault.find(payer) is None


def test_a_card_that_stays_in_the_vault_is_told_and_taken_out_by_the_next_try(desk: Desk) -> None:
    desk.connect()
    reference = save_card(desk)
    [told] = json.loads(desk.said("paytrace", "cards", "--json"))
    fault = {"kind": "fail_before", "path": "/v1/customer/delete"}
    httpx2.post(f"{desk.url}/control/do/faults/next", json=fault).raise_for_status()
    words = ("paytrace", "end-card", told["id"], "--by", "Ann Lee")
    assert "the card may still be in PayTrace's vault" in desk.refused(*words)
    [ended] = json.loads(desk.said("paytrace", "cards", "--json"))
    assert ended["status"] == "ended"
    with opened(desk) as (_, link, _):
        assert link.vault.find(StoredPayer(reference=reference)) is not None
        assert "it is out of PayTrace's vault" in desk.said(*words)
        assert link.vault.find(StoredPayer(reference=reference)) is None
    assert "has ended already" in desk.refused(*words)


@dataclass(frozen=True)
class Interrupted(Vault):
    """A vault that keeps a card while somebody at the hub ends the question."""

    inner: Vault
    interrupt: Callable[[], object]

    @override
    def create(self, customer: NewCustomer) -> VaultAnswer:
        self.interrupt()
        return self.inner.create(customer)

    @override
    def update(self, payer: StoredPayer, change: CustomerChange) -> VaultAnswer:
        return self.inner.update(payer, change)

    @override
    def delete(self, payer: StoredPayer) -> VaultAnswer:
        return self.inner.delete(payer)

    @override
    def find(self, payer: StoredPayer) -> StoredCustomer | None:
        return self.inner.find(payer)

    @override
    def all(self) -> Sequence[StoredCustomer]:
        return self.inner.all()


def test_a_card_typed_while_its_question_is_ended_does_not_stay_in_the_vault(desk: Desk) -> None:
    desk.connect()
    ticket = desk.said(*ASK).strip().rpartition("/")[2]
    [told] = json.loads(desk.said("paytrace", "cards", "--json"))
    with opened(desk) as (workspace, link, page):
        shown = page.page(ticket)
        assert shown is not None
        at = counters(workspace, [link])
        vault = Interrupted(
            link.vault, lambda: desk.said("paytrace", "end-card", told["id"], "--by", "Ann Lee")
        )
        late = VaultCardDesk(workspace, {name: replace(each, vault=vault) for name, each in at.items()})
        assert late.keep(ticket, type_card(desk, shown.client_key)) is None
        assert link.vault.all() == []


def test_the_page_says_how_far_the_consent_goes(desk: Desk) -> None:
    desk.connect()
    far = desk.said(*ASK).strip().rpartition("/")[2]
    words = ("--invoice", "1001", "--at-most", "50.00", "--until", "2099-12-31")
    near = desk.said(*ASK, *words).strip().rpartition("/")[2]
    with opened(desk) as (_, _, page):
        shown = [found.limits for ticket in (far, near) if (found := page.page(ticket))]
    assert shown == [
        ("For each open invoice",),
        ("For invoice 1001 alone", "At most 50.00 USD at a time", "Until December 31, 2099"),
    ]


def test_what_asks_for_too_little_or_for_a_card_is_refused(desk: Desk) -> None:
    desk.connect()
    assert "say what the payer agrees to" in desk.refused(*ASK[:3], " ", *ASK[4:])
    assert "looks like card data" in desk.refused(*ASK[:2], VISA, *ASK[3:])
    assert "no amount" in desk.refused(*ASK, "--at-most", "ten")


def let_writes_out(desk: Desk) -> None:
    """What a running hub does once it knows what was done before the database started."""
    with desk.workspace() as workspace:
        [row] = workspace.connections.all("dev")
        gates, now = StoredGates(workspace.database), workspace.clock.now()
        seen = gates.gate(row.id, now=now, gap_from=now.date())
        gates.open(row.id, seen_at=seen.seen_at, now=now)


def test_a_pay_link_is_sent_once_over_v3_and_not_offered_over_v1(desk: Desk) -> None:
    desk.connect("--name", "shop")
    link = ("paytrace", "pay-link", "INV-1001", "120.00", "payer@example.com", "--connection", "shop")
    assert "held after a restart or a restore: nothing was sent" in desk.refused(*link)
    let_writes_out(desk)
    assert "v1 sends no pay links" in desk.refused(*link)
    desk.connect("--name", "shop", "--v3-account", "100001")
    sent = desk.said(*link).strip()
    assert sent
    assert desk.said(*link[:2], "1001", "120", *link[4:]).strip() == sent
    assert "sent to another address before" in desk.refused(*link[:4], "other@example.com", *link[5:])
    assert "no amount" in desk.refused(*link[:3], "0", *link[4:])
    assert VISA not in desk.refused(*link[:2], VISA, *link[3:])
