"""The one host that a connection may reach."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from typing_extensions import override

from counterfoil.ports.errors import ConfigurationError

_HOST = re.compile(r"[0-9a-z._:-]+")
_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True)
class HostPin:
    """Scheme, host and port; plain http only to this machine itself."""

    scheme: str
    host: str
    port: int

    @classmethod
    def parse(cls, address: str) -> HostPin:
        """Reads an address such as ``https://api.example.com``.

        Raises:
            ConfigurationError: the address names no single host that may be called.
        """
        try:
            parts = urlsplit(address.strip())
            port = parts.port
        except ValueError as error:
            raise ConfigurationError(f"{address!r} is no address") from error
        host = (parts.hostname or "").rstrip(".")
        if parts.scheme not in _PORTS or not _HOST.fullmatch(host):
            raise ConfigurationError(
                f"{address!r} is no address; write it as https://host or https://host:port"
            )
        if parts.username or parts.password:
            raise ConfigurationError("an address must not carry a user or password; enter them as secrets")
        if parts.path not in {"", "/"} or parts.query or parts.fragment:
            raise ConfigurationError(f"{address!r} must end after the host and port")
        _check_reach(parts.scheme, host)
        return cls(parts.scheme, host, port or _PORTS[parts.scheme])

    @property
    def host_header(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    def admits(self, scheme: str, host: str, port: int | None) -> bool:
        """Whether a request goes to exactly this host."""
        return (scheme, host, port or _PORTS.get(scheme)) == (self.scheme, self.host, self.port)

    @override
    def __str__(self) -> str:
        return f"{self.scheme}://{self.host_header}"


def _check_reach(scheme: str, host: str) -> None:
    """Refuses plain http to other machines, and addresses that never are a business system.

    Link-local addresses serve cloud machines their own credentials.
    """
    ip = _address(host)
    if ip is not None and (ip.is_link_local or ip.is_multicast or ip.is_unspecified):
        raise ConfigurationError(f"{host} may not be called")
    is_loopback = host == "localhost" or (ip is not None and ip.is_loopback)
    if scheme == "http" and not is_loopback:
        raise ConfigurationError(f"{host} must be reached by https; plain http is for this machine alone")


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        ip = ipaddress.ip_address(host)
    except ValueError:
        return None
    return getattr(ip, "ipv4_mapped", None) or ip
