"""Which gateway connections may be bound to which companies: a sandbox never to live books."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from counterfoil.connectors.paytrace.settings import PRODUCTION
from counterfoil.connectors.sagepro.profile import read_profile
from counterfoil.connectors.sagepro.trust.rungs import Mode
from counterfoil.ports.errors import ConfigurationError
from counterfoil.store.connections import ConnectionRow
from counterfoil.store.routing import read_rules

GATEWAY, BOOKS = "paytrace", "sagepro"
"""The kinds of connections that are bound to each other by environment and company."""


def binding_faults(rows: Sequence[ConnectionRow]) -> Mapping[str, str]:
    """What is wrong with gateway connections, by their ids; switched on or off."""
    books = [row for row in rows if row.kind == BOOKS]
    found = {}
    for gateway in rows:
        if gateway.kind == GATEWAY:
            bound = (each for each in books if _is_bound(gateway, each))
            whys = [why for each in bound for why in faults_between(gateway, each)]
            if whys:
                found[gateway.id] = "; ".join(whys)
    return found


def require_fitting(row: ConnectionRow, others: Sequence[ConnectionRow]) -> None:
    """Looks at a connection before it is stored beside the others.

    Raises:
        ConfigurationError: it would bind a sandbox to live books, or it says of its company what is not so.
    """
    for why in _own_faults(row):
        raise ConfigurationError(why)
    rest = [each for each in others if each.id != row.id and _is_bound(row, each)]
    for why in binding_faults([row, *rest]).values():
        raise ConfigurationError(why)


def _is_bound(one: ConnectionRow, other: ConnectionRow) -> bool:
    return one.environment == other.environment and bool(_companies(one) & _companies(other))


def _companies(row: ConnectionRow) -> set[str]:
    """The company of a connection, and those that a gateway's rules lead to."""
    return {row.company, *(rule.company for rule in read_rules(row.settings))}


def faults_between(gateway: ConnectionRow, books: ConnectionRow) -> Iterator[str]:
    """Why money of this gateway must not go to these books."""
    if _is_sandbox(gateway) and _mode(books) == Mode.LIVE.value:
        yield (
            f"connection {gateway.name} is a sandbox or a test connection, and company {books.company} in"
            f" {books.environment} keeps real books (connection {books.name}): bind it to a company whose"
            f" profile says mode: {Mode.TEST.value}, or give the gateway PayTrace's own address and mark the"
            " connection as live"
        )


def _own_faults(row: ConnectionRow) -> Iterator[str]:
    told = _mode(row)
    if row.kind == BOOKS and told != row.mode:
        yield (
            f"connection {row.name} is marked {row.mode}, and the profile of company {row.company} says mode:"
            f" {told}: make the two say the same"
        )


def _is_sandbox(gateway: ConnectionRow) -> bool:
    """What is no production by its mark or by its address takes no real money."""
    address = str(gateway.settings.get("address", "")).rstrip("/")
    return gateway.mode != Mode.LIVE.value or address != PRODUCTION


def _mode(books: ConnectionRow) -> str:
    """What the company's profile says, where it lies on this machine; else what the connection says."""
    path = Path(str(books.settings.get("profile", "")))
    return read_profile(path).mode.value if path.is_file() else books.mode
