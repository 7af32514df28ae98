"""Agents on other machines: their credentials as a connection of the hub, and how they stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from counterfoil.bootstrap.agent_credentials import Credentials, open_agent
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.monitor.snapshot import AgentSign
from counterfoil.ports.errors import ConfigurationError
from counterfoil.security.certificates import Pair
from counterfoil.security.secrets import Secret
from counterfoil.store.connections import ConnectionRow, Secrets

KIND = "sagepro"
AGENT_TOKEN = "agent_token"  # noqa: S105 - the name under which the secret is sealed
AGENT_KEY = "agent_key"
ADDRESS = "address"
AUTHORITY = "authority"
CERTIFICATE = "certificate"
BACKLOGS = {
    "outbox_waiting": "wait in the outbox",
    "outbox_refused": "of the outbox wait for a person",
    "journal_files": "journal files wait to be entered",
}
"""What an agent's health counts, in words."""
TELL_BEFORE = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where in the hub an agent is connected."""

    environment: str
    name: str
    mode: str


def is_remote(row: ConnectionRow) -> bool:
    return ADDRESS in row.settings


def connect_remote(workspace: Workspace, credentials: Credentials, place: Place) -> ConnectionRow:
    """Keeps the credentials, sealed, in the company's connection, once the agent answered to them.

    Raises:
        TransientError: the agent is away.
        ConfigurationError: the credentials do not open it, it is another company's or in another mode, or a
            sandbox gateway would be bound to live books.
    """
    _try(credentials, place.mode)
    row = ConnectionRow(
        id=_known(workspace, credentials.company, place.environment) or workspace.ids.new_id(),
        environment=place.environment,
        name=place.name,
        kind=KIND,
        company=credentials.company,
        mode=place.mode,
        enabled=True,
        settings=_settings(credentials),
    )
    workspace.connect(row, _secrets(credentials))
    return row


def credentials_of(row: ConnectionRow, secrets: Secrets) -> Credentials:
    """What is kept in the connection of an agent on another machine.

    Raises:
        ConfigurationError: something is missing.
    """
    try:
        shown = None
        if CERTIFICATE in row.settings:
            shown = Pair(certificate=str(row.settings[CERTIFICATE]), key=secrets[AGENT_KEY])
        return Credentials(
            company=row.company,
            address=str(row.settings[ADDRESS]),
            authority=str(row.settings[AUTHORITY]),
            token=secrets[AGENT_TOKEN],
            shown=shown,
        )
    except KeyError as error:
        raise ConfigurationError(f"connection {row.name} is incomplete: connect the agent again") from error


def end_told(credentials: Credentials, now: datetime) -> str | None:
    """What a person should know in time about the end of the credentials."""
    ends = credentials.ends_at
    if ends is None or ends - now > TELL_BEFORE:
        return None
    return f"end on {ends:%Y-%m-%d}: connect the agent again with new ones"


def state_of(health: Mapping[str, object]) -> str:
    """A word for people."""
    return "paused" if health.get("paused") else "works"


def agent_sign(row: ConnectionRow, health: Mapping[str, object]) -> AgentSign:
    """How an agent stands, for whoever watches."""
    waiting, quarantined = health.get("waiting"), health.get("quarantined")
    return AgentSign(
        environment=row.environment,
        company=row.company,
        state=state_of(health),
        waiting=waiting if isinstance(waiting, int) else 0,
        quarantined=len(quarantined) if isinstance(quarantined, list) else 0,
        held=str(health.get("held") or ""),
    )


def backlog_told(health: Mapping[str, object]) -> str:
    """What left the agent and waits for other hands, in words; empty where nothing does."""
    told = (_told(health.get(name), words) for name, words in BACKLOGS.items())
    return ", ".join(part for part in told if part)


def _told(found: object, words: str) -> str:
    match found:
        case {"count": int(count), "oldest_at": str(since)} if count:
            return f"{count} {words} since {since[:16].replace('T', ' ')}"
        case _:
            return ""


def _try(credentials: Credentials, mode: str) -> None:
    erp = open_agent(credentials)
    try:
        health = erp.health()
    finally:
        erp.close()
    found, told = health.get("company"), health.get("mode")
    if found != credentials.company:
        raise ConfigurationError(f"the agent answers for company {found}, not for {credentials.company}")
    if not told:
        raise ConfigurationError(
            f"the agent of company {found} does not say whether its books are live: update it, then connect"
        )
    if told != mode:
        raise ConfigurationError(
            f"company {found} is {told} by its profile, and should be connected as {mode}: give --live for a"
            " company that keeps real books, and leave it out for one that does not"
        )


def _known(workspace: Workspace, company: str, environment: str) -> str | None:
    rows = workspace.connections.all(environment)
    return next((row.id for row in rows if row.kind == KIND and row.company == company), None)


def _settings(credentials: Credentials) -> dict[str, object]:
    settings: dict[str, object] = {ADDRESS: credentials.address, AUTHORITY: credentials.authority}
    if credentials.shown is not None:
        settings[CERTIFICATE] = credentials.shown.certificate
    return settings


def _secrets(credentials: Credentials) -> Mapping[str, Secret]:
    secrets = {AGENT_TOKEN: credentials.token}
    if credentials.shown is not None:
        secrets[AGENT_KEY] = credentials.shown.key
    return secrets
