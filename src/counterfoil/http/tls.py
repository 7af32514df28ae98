"""TLS as both ends of a connection set it up: always verified, never older than TLS 1.2."""

from __future__ import annotations

import secrets
import ssl
import tempfile
from pathlib import Path

import structlog
from typing_extensions import override

from counterfoil.ports.errors import ConfigurationError
from counterfoil.security.certificates import CertificateError, Pair, sealed_key
from counterfoil.security.private_files import PrivateFileError, require_private, write_private
from counterfoil.security.secrets import Secret

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()

_NO_CERTIFICATE = "PEER_DID_NOT_RETURN_A_CERTIFICATE"


class _TellsRefusal(ssl.SSLObject):
    """Lets a caller whose certificate is refused know why.

    asyncio closes after a failed handshake before the alert was sent; asked to wait for more, it sends it
    first. The caller closes then, or the time limit of handshakes does.
    """

    _was_refused = False

    @override
    def do_handshake(self) -> None:
        if self._was_refused:
            raise ssl.SSLWantReadError
        try:
            super().do_handshake()
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            raise
        except ssl.SSLError as error:
            if not (isinstance(error, ssl.SSLCertVerificationError) or error.reason == _NO_CERTIFICATE):
                raise
            self._was_refused = True
            log.warning("caller_certificate_refused", why=error.reason, detail=error.strerror)
            raise ssl.SSLWantReadError from error


def client_context(authority: str, shown: Pair | None = None) -> ssl.SSLContext:
    """Trusts this authority (PEM) and no other, checks the host's name, and shows a certificate if given.

    Raises:
        ConfigurationError: a certificate or key cannot be used.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_verify_locations(cadata=authority)
        if shown is not None:
            _show(context, shown)
    except (ssl.SSLError, CertificateError, ValueError) as error:
        raise ConfigurationError(
            f"the certificates to reach the agent with cannot be used ({error}): add the connection again"
        ) from error
    return context


def server_context(certificate: Path, key: Path, client_authority: Path | None) -> ssl.SSLContext:
    """Shows the certificate; with an authority, admits only callers who show one that it signed.

    Raises:
        ConfigurationError: a file is missing, open to others or unfit.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.sslobject_class = _TellsRefusal
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        require_private(key)
        context.load_cert_chain(certificate, key)
        if client_authority is not None:
            context.load_verify_locations(client_authority)
            context.verify_mode = ssl.CERT_REQUIRED
    except PrivateFileError as error:
        raise ConfigurationError(str(error)) from error
    except OSError as error:
        named = ", ".join(str(path) for path in (certificate, key, client_authority) if path is not None)
        raise ConfigurationError(
            f"the agent's certificates cannot be used ({error}): look at {named}"
        ) from error
    return context


def _show(context: ssl.SSLContext, pair: Pair) -> None:
    """The library takes files only: they lie for a moment in a folder of ours, the key under a password."""
    password = Secret(secrets.token_urlsafe(32))
    with tempfile.TemporaryDirectory() as folder:
        certificate, key = Path(folder, "certificate.pem"), Path(folder, "key.pem")
        certificate.write_text(pair.certificate, "ascii")
        write_private(key, sealed_key(pair.key, password))
        context.load_cert_chain(certificate, key, password.reveal())
