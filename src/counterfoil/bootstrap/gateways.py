"""Gateway connections, opened: the client, the ways in, and the zone of their days."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import TypeVar

import structlog

from counterfoil.bootstrap.bindings import ACCOUNT_NUMBER, binding_faults
from counterfoil.bootstrap.gateway_policy import GatewayPolicy, read_policy
from counterfoil.bootstrap.intake import Door
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.connectors.paytrace.connector import connect
from counterfoil.connectors.paytrace.settings import DEFAULT_ZONE, EntryClass, Generation, PaytraceSettings
from counterfoil.domain.identifiers import MerchantId
from counterfoil.ports.clock import Clock
from counterfoil.ports.errors import ConfigurationError
from counterfoil.ports.gateway import Gateway
from counterfoil.ports.hosted import HostedFields
from counterfoil.ports.vault import Vault
from counterfoil.security.secrets import Secret
from counterfoil.security.webhook_signature import Verdict, WebhookSecretError, WebhookVerifier
from counterfoil.store.connections import ConnectionRow, Secrets
from counterfoil.web.hooks import HintAnswer, Unavailable, Unsigned

KIND = "paytrace"
START = "start"
GENERATION = "generation"
GENERATIONS: tuple[Generation, ...] = ("v1", "v3")
ENTRY_CLASSES: tuple[EntryClass, ...] = ("CCD", "PPD", "WEB", "TEL")
Choice = TypeVar("Choice", bound=str)
PASSWORD = "password"  # noqa: S105 - the name under which the secret is sealed
RELAY_SECRETS = ("relay_secret", "relay_secret_next")
SILENT_POSTS = "silent_post_digests"
"""Two, so that a relay's secret can be replaced without a gap."""

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

CheckRelay = Callable[[Mapping[str, str], bytes], HintAnswer | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayLink:
    """One gateway connection in use."""

    connection: str
    name: str
    gateway: Gateway
    zone: tzinfo
    start: datetime
    """Payments made before are history and never posted."""
    policy: GatewayPolicy
    door: Door
    vault: Vault
    hosted: HostedFields
    ask_time: Callable[[], datetime | None]
    """What time it is at the gateway, to the second; None where it does not tell."""
    close: Callable[[], None]
    """Lets go of the network."""


def gateway_settings(row: ConnectionRow, secrets: Secrets) -> PaytraceSettings:
    """The connector's settings from a connection.

    Raises:
        ConfigurationError: something that it needs was not entered.
    """
    try:
        return PaytraceSettings(
            address=str(row.settings["address"]),
            merchant=MerchantId(f"{KIND}/{row.settings['merchant']}"),
            username=str(row.settings["username"]),
            password=secrets[PASSWORD],
            integrator_id=str(row.settings.get("integrator_id", "")),
            zone=str(row.settings.get("zone", DEFAULT_ZONE)),
            generation=_choice(row, GENERATION, GENERATIONS),
            merchant_number=_account_number(row),
            entry_class=_choice(row, "entry_class", ENTRY_CLASSES),
        )
    except KeyError as error:
        raise ConfigurationError(f"connection {row.name} has no {error.args[0]}: enter it") from error


def _choice(row: ConnectionRow, name: str, choices: tuple[Choice, ...]) -> Choice:
    """What the connection chooses, else the first."""
    written = row.settings.get(name, choices[0])
    for choice in choices:
        if choice == written:
            return choice
    raise ConfigurationError(f"connection {row.name}: {name} is one of {', '.join(choices)}, not {written!r}")


def _account_number(row: ConnectionRow) -> int | None:
    written = str(row.settings.get(ACCOUNT_NUMBER, ""))
    if written and not (written.isascii() and written.isdecimal()):
        raise ConfigurationError(f"connection {row.name}: {ACCOUNT_NUMBER} is digits alone")
    return int(written) if written else None


def connection_start(row: ConnectionRow) -> datetime:
    """The moment from which the connection's payments are posted.

    Raises:
        ConfigurationError: none was entered, or it is no time with a zone.
    """
    written = row.settings.get(START)
    try:
        start = datetime.fromisoformat(str(written))
    except ValueError:
        start = None
    if start is None or start.tzinfo is None:
        raise ConfigurationError(
            f"connection {row.name} has no {START}: enter the moment from which its payments are posted, such"
            " as 2026-12-01T00:00:00-05:00; what was made before is history and stays with who keyed it"
        )
    return start


def relay_check(secrets: Sequence[Secret], clock: Clock) -> CheckRelay:
    """Judges a relay's signature; without a secret nothing is ever accepted."""
    if not secrets:
        return lambda _headers, _body: Unavailable("this connection takes no relay: it has no secret")
    verifier = WebhookVerifier(secrets)

    def check(headers: Mapping[str, str], body: bytes) -> HintAnswer | None:
        verdict = verifier.check(headers, body, clock.now())
        return None if verdict is Verdict.GENUINE else Unsigned(f"the signature is {verdict.value}")

    return check


def open_gateways(workspace: Workspace) -> list[GatewayLink]:
    """Every gateway connection that is switched on; one that cannot be opened is left out and told of."""
    links = []
    rows = workspace.connections.all()
    faults = binding_faults(rows)
    for row in rows:
        if row.kind == KIND and row.enabled:
            try:
                links.append(_open(workspace, row, faults.get(row.id)))
            except (ConfigurationError, WebhookSecretError) as error:
                log.warning("connection_not_opened", connection=row.id, error=str(error))
    return links


def close_gateways(links: Iterable[GatewayLink]) -> None:
    for link in links:
        link.close()


def _newest(workspace: Workspace, row: ConnectionRow) -> PaytraceSettings:
    """The settings as they are in the database now: user and password are replaced while the hub runs."""
    now = workspace.connections.find(row.id) or row
    return gateway_settings(now, workspace.connections.secrets(row.id))


def _open(workspace: Workspace, row: ConnectionRow, fault: str | None) -> GatewayLink:
    if fault:
        raise ConfigurationError(fault)
    secrets = workspace.connections.secrets(row.id)
    connected = connect(
        gateway_settings(row, secrets),
        workspace.clock,
        newest=lambda: _newest(workspace, row),
        guard=workspace.guard(row),
    )
    relay_secrets = [secrets[name] for name in RELAY_SECRETS if name in secrets]
    digests = row.settings.get(SILENT_POSTS, ())
    return GatewayLink(
        connection=row.id,
        name=row.name,
        gateway=connected.gateway,
        zone=connected.zone,
        start=connection_start(row),
        policy=read_policy(row),
        door=Door(
            connection=row.id,
            silent_post_digests=[str(digest) for digest in digests] if isinstance(digests, list) else [],
            check_relay=relay_check(relay_secrets, workspace.clock),
        ),
        vault=connected.vault,
        hosted=connected.hosted,
        ask_time=lambda: connected.ping().told_at,
        close=connected.close,
    )
