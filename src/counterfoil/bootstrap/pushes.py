"""The ways in by which a gateway's pushes reach the hub: opened, replaced and closed by a person."""

from __future__ import annotations

import base64
from dataclasses import dataclass, replace

from counterfoil.bootstrap.gateways import RELAY_SECRETS, SILENT_POSTS
from counterfoil.bootstrap.intake import address_digest
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.security.secrets import Secret
from counterfoil.store.connections import ConnectionRow, Secrets

_ADDRESS_BYTES = 24
_SECRET_BYTES = 32
_AT_ONCE = 2
"""The one in use, and the one that replaces it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushes:
    """How many ways in a connection has."""

    silent_posts: int
    relay_secrets: int


def count_pushes(workspace: Workspace, row: ConnectionRow) -> Pushes:
    secrets = workspace.connections.secrets(row.id)
    return Pushes(
        silent_posts=len(_digests(row)), relay_secrets=sum(name in secrets for name in RELAY_SECRETS)
    )


def open_silent_post(workspace: Workspace, row: ConnectionRow, *, alone: bool) -> str:
    """A new secret address, as a path; the newest one before it is open beside it unless it is to be alone.

    Only a digest of it is stored: it cannot be told a second time.
    """
    address = workspace.ids.token(_ADDRESS_BYTES)
    former = [] if alone else _digests(row)
    digests = [address_digest(address), *former][:_AT_ONCE]
    _keep(workspace, row, digests, workspace.connections.secrets(row.id))
    return f"/hooks/silent-post/{address}"


def open_relay(workspace: Workspace, row: ConnectionRow, *, alone: bool) -> tuple[str, Secret]:
    """The relay's path and a new secret to sign with; the newest one before counts too unless it is alone."""
    secret = new_relay_secret(workspace)
    secrets = dict(workspace.connections.secrets(row.id))
    former = None if alone else secrets.get(RELAY_SECRETS[0])
    kept = _without_relay(secrets) | {RELAY_SECRETS[0]: secret}
    if former is not None:
        kept[RELAY_SECRETS[1]] = former
    _keep(workspace, row, _digests(row), kept)
    return relay_path(row.id), secret


def end_pushes(workspace: Workspace, row: ConnectionRow) -> None:
    """Closes every way in; what is paid is found by polling alone."""
    _keep(workspace, row, [], _without_relay(workspace.connections.secrets(row.id)))


def relay_path(connection: str) -> str:
    return f"/hooks/relay/{connection}"


def new_relay_secret(workspace: Workspace) -> Secret:
    """As the Standard Webhooks specification writes secrets."""
    return Secret("whsec_" + base64.b64encode(workspace.ids.token(_SECRET_BYTES).encode()).decode())


def _digests(row: ConnectionRow) -> list[str]:
    digests = row.settings.get(SILENT_POSTS, ())
    return [str(digest) for digest in digests] if isinstance(digests, list) else []


def _without_relay(secrets: Secrets) -> dict[str, Secret]:
    return {name: secret for name, secret in secrets.items() if name not in RELAY_SECRETS}


def _keep(workspace: Workspace, row: ConnectionRow, digests: list[str], secrets: Secrets) -> None:
    workspace.connect(replace(row, settings={**row.settings, SILENT_POSTS: digests}), secrets)
