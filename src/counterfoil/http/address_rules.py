"""Which addresses another system may have: public ones, and those that its connection admits by network."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

from counterfoil.ports.errors import ConfigurationError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_NETWORKS_MAX = 20
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_MACHINES_OWN = tuple(
    ipaddress.ip_network(each) for each in ("169.254.0.0/16", "fe80::/10", "fd00:ec2::/32", "100.100.100.200")
)
"""Where clouds tell machines their own credentials; link-local otherwise. Source: the clouds' documents."""


def read_networks(written: str) -> tuple[Network, ...]:
    """Networks such as ``10.1.0.0/16, 192.168.7.20``, parted by commas.

    Raises:
        ConfigurationError: one is no network, or there are too many.
    """
    words = [word.strip() for word in written.split(",") if word.strip()]
    if len(words) > _NETWORKS_MAX:
        raise ConfigurationError(f"a connection admits {_NETWORKS_MAX} networks at most")
    try:
        return tuple(ipaddress.ip_network(word) for word in words)
    except ValueError as error:
        raise ConfigurationError(f"no network ({error}): write it as 10.1.0.0/16") from error


def refusal(address: Address, admitted: Sequence[Network]) -> str:
    """Why nothing may be sent to the address; empty where it may be."""
    reached = _embedded(address)
    if reached.is_multicast or reached.is_unspecified or any(reached in each for each in _MACHINES_OWN):
        return f"{address} is never another system"
    if any(reached in network for network in admitted):
        return ""
    if not reached.is_global:
        return f"{address} is no public address: name its network in the connection where that is meant"
    return ""


def _embedded(address: Address) -> Address:
    """The IPv4 address that an IPv6 one leads to, by RFC 4291, 3056, 4380 and 6052."""
    if not isinstance(address, ipaddress.IPv6Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else address)
