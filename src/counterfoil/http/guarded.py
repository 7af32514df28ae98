"""Requests to an address that was looked at: the name is resolved once, and what was looked at is called.

A name that is resolved anew between look and call (DNS rebinding) therefore leads nowhere else.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Sequence
from typing import Protocol

import httpx2
from typing_extensions import override

from counterfoil.http.address_rules import Address, Network, refusal
from counterfoil.ports.errors import ConfigurationError


class Resolver(Protocol):
    """Tells the addresses of a name."""

    def resolve(self, host: str) -> Sequence[Address]:
        """All of them, in the order in which they are to be tried.

        Raises:
            OSError: there is none, or nobody could be asked.
        """
        ...


class SystemResolver(Resolver):
    """Asks as the machine is set up."""

    @override
    def resolve(self, host: str) -> Sequence[Address]:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
        # An address of this link alone carries its interface behind a percent sign.
        return tuple(dict.fromkeys(ipaddress.ip_address(str(each[4][0]).partition("%")[0]) for each in found))


class GuardedTransport(httpx2.BaseTransport):
    """Calls admitted addresses alone; certificates are checked against the name all the same."""

    def __init__(
        self, inner: httpx2.BaseTransport, admitted: Sequence[Network] = (), resolver: Resolver | None = None
    ) -> None:
        self._inner = inner
        self._admitted = tuple(admitted)
        self._resolver = resolver or SystemResolver()

    @override
    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Sends to the first address; one that is not admitted among them refuses all."""
        name = request.url.host
        addresses = self._addresses(name)
        for address in addresses:
            if why := refusal(address, self._admitted):
                raise ConfigurationError(f"{name} may not be called: {why}")
        # The header `host` was set from the name before and stays.
        request.url = request.url.copy_with(host=str(addresses[0]))
        request.extensions = {**request.extensions, "sni_hostname": name}
        return self._inner.handle_request(request)

    @override
    def close(self) -> None:
        self._inner.close()

    def _addresses(self, name: str) -> Sequence[Address]:
        try:
            return (ipaddress.ip_address(name),)
        except ValueError:
            pass
        try:
            found = self._resolver.resolve(name)
        except OSError as error:
            raise httpx2.ConnectError(f"{name} has no address ({error})") from error
        if not found:
            raise httpx2.ConnectError(f"{name} has no address")
        return found
