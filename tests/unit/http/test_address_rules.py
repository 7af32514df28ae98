from __future__ import annotations

import ipaddress

import pytest

from counterfoil.http.address_rules import read_networks, refusal
from counterfoil.ports.errors import ConfigurationError


def why(address: str, admitted: str = "") -> str:
    return refusal(ipaddress.ip_address(address), read_networks(admitted))


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_public_addresses_may_be_called(address: str) -> None:
    assert why(address) == ""


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.7",
        "172.16.4.1",
        "192.168.1.1",
        "100.64.0.1",
        "::1",
        "fd12::7",
        "::ffff:10.0.0.7",
        "2002:0a00:0007::1",
        "64:ff9b::0a00:0007",
        "2001:0:4136:e378:8000:63bf:f5ff:fff8",
        "198.51.100.1",
        "0.0.0.0",  # noqa: S104 - an address to refuse
    ],
)
def test_addresses_within_are_refused_however_they_are_written(address: str) -> None:
    assert why(address)


def test_a_network_that_the_connection_names_may_be_called() -> None:
    assert why("10.1.2.3", "10.1.0.0/16, 192.168.7.20") == ""
    assert why("::ffff:10.1.2.3", "10.1.0.0/16") == ""
    assert why("192.168.7.20", "10.1.0.0/16, 192.168.7.20") == ""
    assert why("192.168.7.21", "10.1.0.0/16, 192.168.7.20")


@pytest.mark.parametrize(
    "address",
    ["169.254.169.254", "::ffff:169.254.169.254", "fd00:ec2::254", "100.100.100.200", "fe80::1", "224.0.0.1"],
)
def test_where_machines_find_their_own_credentials_is_never_called(address: str) -> None:
    assert why(address, "0.0.0.0/0, ::/0")


@pytest.mark.parametrize("written", ["10.1.0.0/33", "here", "10.1.2.3/16", ",".join(["10.0.0.1"] * 21)])
def test_what_is_no_network_is_refused(written: str) -> None:
    with pytest.raises(ConfigurationError):
        read_networks(written)
