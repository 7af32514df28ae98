"""What leaves this machine for a database goes there encrypted, to a server that proved who it is."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping

import sqlalchemy as sa

from counterfoil.ports.errors import ConfigurationError

ENCRYPTION_VARIABLE = "COUNTERFOIL_SAGEPRO_ENCRYPTION"
"""Where there is no profile yet, this environment variable stands for its entry `encryption`."""
BY_DRIVER = "driver"
_ELSEWHERE = ("service", "server", "odbc_connect")
"""Parts of an address that may name another server than its host."""


def require_encryption(url: sa.URL, encryption: str | None, environment: Mapping[str, str]) -> None:
    """Nothing to say of a server on this machine.

    PostgreSQL's own driver checks the certificate when the address says so. What SQL Server's driver does
    stands in a file of its own that we cannot read, so a person vouches for it; this was never run.

    Raises:
        ConfigurationError: books and password could be read, or the server be another one.
    """
    if _is_here(url, environment):
        return
    if url.get_backend_name() == "postgresql":
        if url.query.get("sslmode") != "verify-full":
            raise ConfigurationError(
                "the database is on another machine: add ?sslmode=verify-full to its address, and with"
                " sslrootcert= the certificate of the authority that signed the server's"
            )
    elif encryption != BY_DRIVER:
        raise ConfigurationError(
            "the database is on another machine: set up encryption with a checked certificate for the driver"
            " (pymssql: `encryption = require` and `ca file` in freetds.conf), then say so with"
            f" `encryption: {BY_DRIVER}` beside `dsn` in the profile; before there is a profile, with"
            f" {ENCRYPTION_VARIABLE}={BY_DRIVER} in the environment"
        )


def _is_here(url: sa.URL, environment: Mapping[str, str]) -> bool:
    if any(word.lower() in _ELSEWHERE for word in url.query):
        return False
    hosts = list(_hosts(url))
    if not hosts and url.get_backend_name() == "postgresql":
        if environment.get("PGSERVICE"):
            return False
        hosts = [environment[name] for name in ("PGHOST", "PGHOSTADDR") if environment.get(name)]
    return all(_is_loopback(host) for one in hosts for host in one.split(","))


def _hosts(url: sa.URL) -> Iterator[str]:
    if url.host:
        yield url.host
    for word, value in url.query.items():
        if word.lower() in {"host", "hostaddr"}:
            yield from (value,) if isinstance(value, str) else value


def _is_loopback(host: str) -> bool:
    name = host.rpartition(":")[0] if host.count(":") == 1 else host
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost" or name.startswith(("/", "@"))
