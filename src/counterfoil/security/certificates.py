"""Certificates for one agent and its callers: an authority of its own, and what that signs."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from counterfoil.security.secrets import Secret

AUTHORITY_DAYS = 3650
_BACKDATED = timedelta(minutes=5)
"""Machines' clocks differ a little."""
_COMMON_NAME_MAX = 64


class CertificateError(ValueError):
    """A certificate or key that cannot be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A certificate and its private key, as PEM texts."""

    certificate: str
    key: Secret


def make_authority(name: str, now: datetime, days: int = AUTHORITY_DAYS) -> Pair:
    """A new authority; its key signs certificates and nothing else."""
    key = _new_key()
    subject = _named(name)
    builder = _begun(subject, subject, key, now, days)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_usage(signs_certificates=True), critical=True)
    return _signed(builder, key, key)


def issue_server(authority: Pair, hosts: Sequence[str], now: datetime, days: int) -> Pair:
    """A certificate for a server that is reached under these names or addresses."""
    names = x509.SubjectAlternativeName([_host(host) for host in hosts])
    return _issued(authority, hosts[0], now, days, (ExtendedKeyUsageOID.SERVER_AUTH, names))


def issue_client(authority: Pair, name: str, now: datetime, days: int) -> Pair:
    """A certificate for a caller."""
    return _issued(authority, name, now, days, (ExtendedKeyUsageOID.CLIENT_AUTH, None))


def ends_at(certificate: str) -> datetime:
    """When the first certificate of a PEM text ends.

    Raises:
        CertificateError: it is no certificate.
    """
    return _read(certificate).not_valid_after_utc


def hosts_of(certificate: str) -> tuple[str, ...]:
    """The names and addresses that a server's certificate is for.

    Raises:
        CertificateError: it is no certificate.
    """
    extensions = _read(certificate).extensions
    try:
        names = extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    return tuple(str(name.value) for name in names)


def sealed_key(key: Secret, password: Secret) -> bytes:
    """The private key under a password, so that its text never lies in a file as it is.

    Raises:
        CertificateError: it is no private key.
    """
    return _load(key).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(password.reveal().encode()),
    )


def _issued(
    authority: Pair,
    name: str,
    now: datetime,
    days: int,
    what_for: tuple[x509.ObjectIdentifier, x509.SubjectAlternativeName | None],
) -> Pair:
    usage, names = what_for
    issuer = _read(authority.certificate)
    issuer_key = _read_key(authority.key)
    key = _new_key()
    builder = _begun(_named(name), issuer.subject, key, now, days)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_usage(signs_certificates=False), critical=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
    builder = builder.add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False
    )
    if names is not None:
        builder = builder.add_extension(names, critical=False)
    return _signed(builder, key, issuer_key)


def _begun(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, now: datetime, days: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _BACKDATED)
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _signed(
    builder: x509.CertificateBuilder, key: ec.EllipticCurvePrivateKey, issuer_key: ec.EllipticCurvePrivateKey
) -> Pair:
    certificate = builder.sign(issuer_key, hashes.SHA256())
    text = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return Pair(
        certificate=certificate.public_bytes(serialization.Encoding.PEM).decode(), key=Secret(text.decode())
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _named(name: str) -> x509.Name:
    if not name.strip():
        raise CertificateError("a certificate needs a name")
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:_COMMON_NAME_MAX])])


def _host(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        if not (host and host.isascii()):
            raise CertificateError(f"{host!r} is no host name: write it in ASCII") from None
        return x509.DNSName(host)


def _new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _read(certificate: str) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(certificate.encode())
    except ValueError as error:
        raise CertificateError("this is no certificate in PEM form") from error


def _read_key(key: Secret) -> ec.EllipticCurvePrivateKey:
    found = _load(key)
    if not isinstance(found, ec.EllipticCurvePrivateKey):
        raise CertificateError("the authority's private key is none of ours: it has another kind")
    return found


def _load(key: Secret) -> PrivateKeyTypes:
    try:
        return serialization.load_pem_private_key(key.reveal().encode(), None)
    except (ValueError, TypeError):
        raise CertificateError("this is no private key in PEM form without a password") from None
