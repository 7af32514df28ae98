"""Which connections may stand beside each other: a sandbox never at live books, an account once by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from counterfoil.connectors.paytrace.settings import PRODUCTION
from counterfoil.connectors.sagepro.profile import read_profile
from counterfoil.connectors.sagepro.trust.rungs import Mode
from counterfoil.http.pin import HostPin
from counterfoil.ports.errors import ConfigurationError
from counterfoil.store.connections import ConnectionRow
from counterfoil.store.routing import read_rules

GATEWAY, BOOKS = "paytrace", "sagepro"
"""The kinds of connections that are bound to each other by environment and company."""
ACCOUNT_NUMBER = "merchant_number"


def binding_faults(rows: Sequence[ConnectionRow]) -> Mapping[str, str]:
    """What is wrong with gateway connections, by their ids; switched on or off."""
    books = [row for row in rows if row.kind == BOOKS]
    found = {}
    for gateway in rows:
        if gateway.kind == GATEWAY:
            bound = (each for each in books if _is_bound(gateway, each))
            whys = [*_misnamed(gateway), *(why for each in bound for why in faults_between(gateway, each))]
            if whys:
                found[gateway.id] = "; ".join(whys)
    return found


def require_fitting(row: ConnectionRow, others: Sequence[ConnectionRow]) -> None:
    """Looks at a connection before it is stored beside the others.

    Raises:
        ConfigurationError: it would bind a sandbox to live books, it says of its company what is not so, or
            it reaches a merchant account that has another name here.
    """
    for why in (*_own_faults(row), *_other_names(row, others)):
        raise ConfigurationError(why)
    rest = [each for each in others if each.id != row.id and _is_bound(row, each)]
    for why in binding_faults([row, *rest]).values():
        raise ConfigurationError(why)


def _is_bound(one: ConnectionRow, other: ConnectionRow) -> bool:
    return one.environment == other.environment and bool(companies_of(one) & companies_of(other))


def companies_of(row: ConnectionRow) -> set[str]:
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


def reaches_production(gateway: ConnectionRow) -> bool:
    """Whether real money moves there, however the address is written."""
    try:
        return HostPin.parse(str(gateway.settings.get("address", ""))) == HostPin.parse(PRODUCTION)
    except ConfigurationError:
        return False


def _misnamed(gateway: ConnectionRow) -> Iterator[str]:
    if gateway.mode != Mode.LIVE.value and reaches_production(gateway):
        yield (
            f"connection {gateway.name} is a test connection, and {PRODUCTION} moves real money: connect it"
            " with --production"
        )


def _other_names(row: ConnectionRow, others: Sequence[ConnectionRow]) -> Iterator[str]:
    """A payment is known by its merchant's name: under two names it would be posted twice."""
    if row.kind != GATEWAY:
        return
    for other in others:
        is_other = other.kind == GATEWAY and other.id != row.id
        name = str(other.settings.get("merchant", ""))
        if is_other and name != row.settings.get("merchant") and _is_same_account(row, other):
            yield (
                f"connection {other.name} reaches this merchant account already, under the name {name}: its"
                f" payments would be posted twice. Use the name {name}, or another account's user"
            )


def _is_same_account(one: ConnectionRow, other: ConnectionRow) -> bool:
    """By the account's number where both tell it, else by user or name; two users of one are not seen."""
    if not _is_same_setting("address", one, other):
        return False
    if _is_same_setting("merchant", one, other):
        return True
    both_numbered = all(row.settings.get(ACCOUNT_NUMBER) for row in (one, other))
    return _is_same_setting(ACCOUNT_NUMBER if both_numbered else "username", one, other)


def _is_same_setting(name: str, one: ConnectionRow, other: ConnectionRow) -> bool:
    first, second = (str(row.settings.get(name, "")).rstrip("/").casefold() for row in (one, other))
    return first == second != ""


def _own_faults(row: ConnectionRow) -> Iterator[str]:
    told = _mode(row)
    if row.kind == BOOKS and told != row.mode:
        yield (
            f"connection {row.name} is marked {row.mode}, and the profile of company {row.company} says mode:"
            f" {told}: make the two say the same"
        )


def _is_sandbox(gateway: ConnectionRow) -> bool:
    """What is no production by its mark or by its address takes no real money."""
    return gateway.mode != Mode.LIVE.value or not reaches_production(gateway)


def _mode(books: ConnectionRow) -> str:
    """What the company's profile says, where it lies on this machine; else what the connection says."""
    path = Path(str(books.settings.get("profile", "")))
    return read_profile(path).mode.value if path.is_file() else books.mode
