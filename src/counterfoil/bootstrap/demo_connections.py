"""The demo's connections: both sandboxes, the stored cards' owners, and a relay that signs."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from counterfoil.bootstrap.bindings import ACCOUNT_NUMBER
from counterfoil.bootstrap.gateways import (
    GENERATION,
    PASSWORD,
    RELAY_SECRETS,
    SILENT_POSTS,
    START,
    gateway_settings,
)
from counterfoil.bootstrap.gateways import KIND as PAYTRACE
from counterfoil.bootstrap.intake import address_digest
from counterfoil.bootstrap.library_flows import deploy_for_gateway
from counterfoil.bootstrap.pushes import new_relay_secret, relay_path
from counterfoil.bootstrap.remote_agents import AGENT_TOKEN
from counterfoil.bootstrap.remote_agents import KIND as SAGEPRO
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.config import Settings
from counterfoil.connectors.paytrace.connector import connect
from counterfoil.connectors.paytrace.settings import Generation
from counterfoil.connectors.sagepro.profile import read_profile
from counterfoil.connectors.sagepro.trust.moving import is_direct, move_company
from counterfoil.connectors.sagepro.trust.raising import Request
from counterfoil.connectors.sagepro.trust.rungs import Rung
from counterfoil.domain.money import Money
from counterfoil.ports.errors import OutcomeUnknownError
from counterfoil.ports.gateway import Gateway
from counterfoil.ports.instructions import Carried, Charge, StoredPayer
from counterfoil.ports.known_payments import VAULT_CUSTOMER
from counterfoil.ports.vault import Vault
from counterfoil.sandbox.sagepro.chart import ACH_CLEARING, BANK, CARD_CLEARING, RECEIVABLE
from counterfoil.security.secrets import Secret
from counterfoil.security.webhook_signature import sign
from counterfoil.store.connections import ConnectionRow

ENVIRONMENT = "dev"
COMPANY = "01"
GATEWAY = "demo-paytrace"
BOOKS = "demo-sagepro"
SANDBOX_ACCOUNT = "100001"
"""The account's number, by which the sandbox is spoken to over V3."""

_PROFILE = f"""\
# How Counterfoil reads and writes the sample company.
company: "{COMPANY}"
mode: test
system_folder: {{folder}}
accounts:
  receivable: {RECEIVABLE}
  clearing: {{{{ card: {CARD_CLEARING}, ach: {ACH_CLEARING} }}}}
  bank: {BANK}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoConnections:
    """What the players must know of the connections."""

    silent_post_path: str
    relay_path: str
    relay_secret: Secret
    gateway: Gateway
    stored: Mapping[str, str]
    """What the gateway charges its stored customers by, by the name that was given to them."""
    close: Callable[[], None]
    """Lets go of the way to the gateway."""

    def sign_relay(self, transaction: str, now: datetime) -> tuple[bytes, dict[str, str]]:
        """A relay's notice of a transaction: body and headers."""
        body = json.dumps({"transaction_id": transaction}).encode()
        timestamp = int(now.timestamp())
        message = f"relay-{transaction}"
        return body, {
            "content-type": "application/json",
            "webhook-id": message,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": sign(self.relay_secret, message, timestamp, body),
        }

    def charge(self, vault: str, amount: Decimal, invoice: str) -> str:
        """Charges a stored card for an invoice through the connector and gives the transaction.

        Raises:
            OutcomeUnknownError: the gateway did not say that it took the money.
        """
        payer = StoredPayer(reference=self.stored[vault])
        charge = Charge(payer=payer, amount=Money(amount, "USD"), invoice_id=invoice)
        answer = self.gateway.carry_out(charge)
        if not isinstance(answer, Carried):
            raise OutcomeUnknownError(f"the charge for invoice {invoice} was not taken: {answer.why}")
        return answer.transaction


def connect_sandboxes(
    settings: Settings,
    address: str,
    folder: Path,
    vault_customers: Mapping[str, str],
    *,
    generation: Generation = "v1",
) -> DemoConnections:
    """Puts both connections into the hub's database, with new secrets, before the hub starts."""
    with Workspace(settings) as workspace:
        silent_post = workspace.ids.token(24)
        relay = new_relay_secret(workspace)
        gateway = _gateway_row(address, silent_post, _start(workspace), generation)
        secrets = {PASSWORD: Secret("demo123"), RELAY_SECRETS[0]: relay}
        profile = _write_profile(settings, folder)
        _let_post(profile, workspace.clock.now())
        workspace.connect(_books_row(profile), {AGENT_TOKEN: Secret(workspace.ids.token(32))})
        workspace.connect(gateway, secrets)
        connected = connect(gateway_settings(gateway, secrets), workspace.clock)
        stored = _stored(connected.vault, vault_customers)
        for vault, customer in vault_customers.items():
            workspace.cross_references.put(GATEWAY, VAULT_CUSTOMER, stored[vault], customer)
        deploy_for_gateway(workspace.deployments, ENVIRONMENT)
        return DemoConnections(
            silent_post_path=f"/hooks/silent-post/{silent_post}",
            relay_path=relay_path(GATEWAY),
            relay_secret=relay,
            gateway=connected.gateway,
            stored=stored,
            close=connected.close,
        )


def _stored(vault: Vault, names: Collection[str]) -> dict[str, str]:
    """The gateway's references of stored customers; one that it does not have yet is known by its name."""
    known = {customer.label: customer.reference for customer in vault.all()} if names else {}
    return {name: known.get(name, name) for name in names}


def _start(workspace: Workspace) -> str:
    """The moment of the first connect, also when the demo goes on later."""
    known = workspace.connections.find(GATEWAY)
    first = workspace.clock.now().replace(microsecond=0).isoformat()
    return first if known is None else str(known.settings.get(START, first))


def _gateway_row(address: str, silent_post: str, start: str, generation: Generation) -> ConnectionRow:
    return ConnectionRow(
        id=GATEWAY,
        environment=ENVIRONMENT,
        name="PayTrace sandbox",
        kind=PAYTRACE,
        company=COMPANY,
        mode="test",
        enabled=True,
        settings={
            "address": address,
            "merchant": "demo",
            "username": "demo123",
            GENERATION: generation,
            ACCOUNT_NUMBER: SANDBOX_ACCOUNT,
            START: start,
            SILENT_POSTS: [address_digest(silent_post)],
        },
    )


def _books_row(profile: Path) -> ConnectionRow:
    return ConnectionRow(
        id=BOOKS,
        environment=ENVIRONMENT,
        name="Sample company",
        kind=SAGEPRO,
        company=COMPANY,
        mode="test",
        enabled=True,
        settings={"profile": str(profile)},
    )


def _let_post(path: Path, now: datetime) -> None:
    """A test company may be written to by a person's word alone; here it is the word of who runs the demo."""
    profile = read_profile(path)
    if not is_direct(profile):
        reason = "the sample company of the demo"
        move_company(profile, Request(rung=Rung.DIRECT, person="whoever runs the demo", reason=reason), now)


def _write_profile(settings: Settings, folder: Path) -> Path:
    path = settings.data.resolve() / "profile-01.yaml"
    path.write_text(_PROFILE.format(folder=json.dumps(str(folder.resolve()))), "utf-8")
    return path
