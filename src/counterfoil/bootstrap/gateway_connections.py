"""A merchant account becomes a connection of the hub, is changed, and gets new credentials."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace

from counterfoil.bootstrap.bindings import ACCOUNT_NUMBER
from counterfoil.bootstrap.entered import require_no_card
from counterfoil.bootstrap.gateway_policy import SETTINGS, read_policy
from counterfoil.bootstrap.gateways import (
    GENERATION,
    KIND,
    PASSWORD,
    START,
    connection_start,
    gateway_settings,
)
from counterfoil.bootstrap.library_flows import deploy_for_gateway
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.connectors.paytrace.checking import Check, Verdict
from counterfoil.connectors.paytrace.connector import connect
from counterfoil.connectors.paytrace.settings import DEFAULT_ZONE, PRODUCTION, SANDBOX
from counterfoil.ports.errors import ConfigurationError
from counterfoil.security.secrets import Secret
from counterfoil.store.connections import ConnectionRow, Secrets
from counterfoil.store.deployments import ENVIRONMENTS

_LIVE, _TEST = "live", "test"
NONE = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayUser:
    """The user by which PayTrace is reached, one of Counterfoil's own."""

    name: str
    password: Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayWish:
    """What a person wants a gateway connection to be; an empty text keeps what is there, or the default."""

    environment: str
    name: str
    company: str
    is_production: bool
    merchant: str
    address: str = ""
    integrator_id: str = ""
    v3_account: str = ""
    """The account's number at PayTrace; it makes the connection speak V3. A dash makes it speak v1 again."""
    zone: str = ""
    start: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Connected:
    """A stored connection, and what was tried at it before."""

    row: ConnectionRow
    checks: Sequence[Check]


def gateway_rows(workspace: Workspace) -> list[ConnectionRow]:
    return [row for row in workspace.connections.all() if row.kind == KIND]


def find_gateway(workspace: Workspace, name: str, environment: str | None) -> ConnectionRow:
    """The gateway connection of that name.

    Raises:
        ConfigurationError: there is none, or several environments have one.
    """
    rows = [row for row in gateway_rows(workspace) if row.name == name]
    found = [row for row in rows if environment in {None, row.environment}]
    if len(found) > 1:
        named = ", ".join(row.environment for row in found)
        raise ConfigurationError(f"{name} stands in {named}: choose with --environment")
    if not found:
        known = ", ".join(f"{row.name} ({row.environment})" for row in gateway_rows(workspace)) or "none"
        raise ConfigurationError(f"there is no gateway connection {name}; there is: {known}")
    return found[0]


def connect_gateway(workspace: Workspace, wish: GatewayWish, user: GatewayUser) -> Connected:
    """Keeps a merchant account as a connection, its credentials sealed, once PayTrace answered to them.

    Where the environment has no flow for payments yet, the shipped ones for payments and refunds become live:
    without any, payments would be stored and nothing would work on them. What is posted, the company's rung
    decides.

    Raises:
        ConfigurationError: PayTrace does not take the credentials, a clock or zone is wrong, another
            merchant's connection has this name, another connection reaches this account, a sandbox would be
            bound to live books, or a sandbox is PayTrace's own address of production.
        TransientError: PayTrace is away.
    """
    require_no_card(
        name=wish.name, merchant=wish.merchant, company=wish.company, integrator=wish.integrator_id,
        v3_account=wish.v3_account, user=user.name,
    )  # fmt: skip
    if not wish.merchant.strip() or wish.merchant != wish.merchant.strip():
        raise ConfigurationError("a merchant has a name, without blanks around it")
    if wish.environment not in ENVIRONMENTS:
        raise ConfigurationError(f"an environment is one of {', '.join(ENVIRONMENTS)}")
    row = _wished(workspace, wish, user.name)
    workspace.require_fitting(row)
    known = workspace.connections.find(row.id)
    secrets = dict(workspace.connections.secrets(row.id)) if known else {}
    secrets[PASSWORD] = user.password
    connection_start(row)
    checks = check_gateway(workspace, row, secrets)
    _require_sound(checks)
    workspace.connect(row, secrets)
    deploy_for_gateway(workspace.deployments, row.environment)
    return Connected(row=row, checks=checks)


def rotate_credentials(workspace: Workspace, row: ConnectionRow, user: GatewayUser) -> Connected:
    """Replaces user and password once PayTrace answered to them; a hub uses them from its next log-in on.

    Raises:
        ConfigurationError: PayTrace does not take them, or they are another connection's account's; the old
            ones stay.
        TransientError: PayTrace is away; the old ones stay.
    """
    require_no_card(user=user.name)
    changed = replace(row, settings={**row.settings, "username": user.name})
    workspace.require_fitting(changed)
    secrets = {**workspace.connections.secrets(row.id), PASSWORD: user.password}
    checks = check_gateway(workspace, changed, secrets)
    _require_sound(checks)
    workspace.connect(changed, secrets)
    return Connected(row=changed, checks=checks)


def change_settings(workspace: Workspace, row: ConnectionRow, wanted: Mapping[str, str]) -> ConnectionRow:
    """Says how a connection's payments count; an empty value takes a setting back to what is assumed.

    Raises:
        ConfigurationError: there is no such setting, or it cannot be used.
    """
    for name in wanted:
        if name not in SETTINGS:
            raise ConfigurationError(f"there is no setting {name}; there is: {', '.join(SETTINGS)}")
    said = {name: value for name, value in {**row.settings, **wanted}.items() if name not in wanted or value}
    changed = replace(row, settings=said)
    read_policy(changed)
    workspace.connect(changed, workspace.connections.secrets(row.id))
    return changed


def check_gateway(workspace: Workspace, row: ConnectionRow, secrets: Secrets) -> Sequence[Check]:
    """What works at a connection and what does not; nothing there is changed."""
    with closing(connect(gateway_settings(row, secrets), workspace.clock)) as connected:
        return connected.test_connection()


def _require_sound(checks: Sequence[Check]) -> None:
    for check in checks:
        if check.verdict is Verdict.FAILS:
            raise ConfigurationError(f"{check.name}: {check.detail}. Nothing was stored")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What stands in the database of the connection that is wished for."""

    id: str
    settings: dict[str, object] = field(default_factory=dict)


def _wished(workspace: Workspace, wish: GatewayWish, username: str) -> ConnectionRow:
    known = _known(workspace, wish)
    if known.settings.get("merchant", wish.merchant) != wish.merchant:
        raise ConfigurationError(
            f"connection {wish.name} is merchant {known.settings['merchant']}'s, and its payments bear that"
            " name in the books: give another merchant a connection of its own with --name"
        )
    settings = known.settings | {
        "address": _address(wish, known),
        "merchant": wish.merchant,
        "username": username,
        "zone": wish.zone or known.settings.get("zone", DEFAULT_ZONE),
        START: wish.start or known.settings.get(START, workspace.clock.now().isoformat(timespec="seconds")),
    }
    if wish.integrator_id:
        settings["integrator_id"] = wish.integrator_id
    if wish.v3_account == NONE:
        settings |= {GENERATION: "v1"}
        settings.pop(ACCOUNT_NUMBER, None)
    elif wish.v3_account:
        settings |= {GENERATION: "v3", ACCOUNT_NUMBER: wish.v3_account}
    return ConnectionRow(
        id=known.id,
        environment=wish.environment,
        name=wish.name,
        kind=KIND,
        company=wish.company,
        mode=_LIVE if wish.is_production else _TEST,
        enabled=True,
        settings=settings,
    )


def _known(workspace: Workspace, wish: GatewayWish) -> _Known:
    rows = workspace.connections.all(wish.environment)
    row = next((each for each in rows if each.name == wish.name), None)
    if row is None:
        return _Known(id=workspace.ids.new_id())
    if row.kind != KIND:
        raise ConfigurationError(f"{wish.name} is a connection to something else: choose another --name")
    if (row.mode == _LIVE) != wish.is_production:
        raise ConfigurationError(
            f"connection {wish.name} is a {row.mode} one: a sandbox and production are never the same"
            " connection; choose another --name"
        )
    return _Known(id=row.id, settings=dict(row.settings))


def _address(wish: GatewayWish, known: _Known) -> str:
    if not wish.is_production:
        return wish.address or str(known.settings.get("address", SANDBOX))
    if wish.address:
        raise ConfigurationError(
            "production has one address, PayTrace's own; --address is for a sandbox elsewhere"
        )
    return PRODUCTION
