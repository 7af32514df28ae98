"""What a caller needs to reach an agent: address, whom to trust, token and certificate; one private file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from counterfoil.connectors.sagepro.remote import RemoteErp, connect_agent
from counterfoil.http.tls import client_context
from counterfoil.ports.breakers import CallGuard
from counterfoil.ports.errors import ConfigurationError
from counterfoil.security.certificates import CertificateError, Pair
from counterfoil.security.certificates import ends_at as certificate_ends_at
from counterfoil.security.private_files import PrivateFileError, require_private, write_private
from counterfoil.security.secrets import Secret
from counterfoil.security.tokens import token_ends_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """One caller's way to one company's agent."""

    company: str
    address: str
    authority: str
    """The certificate (PEM) that the agent's own is verified by."""
    token: Secret
    shown: Pair | None = None
    """The certificate that the agent asks its callers for."""

    @property
    def ends_at(self) -> datetime | None:
        """When they are worth nothing any more, by what can be read of them."""
        ends = token_ends_at(self.token)
        try:
            shown = certificate_ends_at(self.shown.certificate) if self.shown else None
        except CertificateError:
            shown = None
        return min((end for end in (ends, shown) if end is not None), default=None)


def open_agent(credentials: Credentials, mode: str = "", guard: CallGuard | None = None) -> RemoteErp:
    """The agent's client; it posts to a company in this mode alone.

    Raises:
        ConfigurationError: the address or a certificate cannot be used.
    """
    context = client_context(credentials.authority, credentials.shown)
    return connect_agent(credentials.address, credentials.token.reveal(), context, mode=mode, guard=guard)


def write_credentials(path: Path, credentials: Credentials) -> None:
    """Writes a file that only its owner reads.

    Raises:
        ConfigurationError: there is such a file already.
    """
    if path.exists():
        raise ConfigurationError(f"{path} is there already: name another file")
    shown = credentials.shown
    body = {
        "company": credentials.company,
        "address": credentials.address,
        "authority": credentials.authority,
        "token": credentials.token.reveal(),
        "certificate": shown.certificate if shown else None,
        "key": shown.key.reveal() if shown else None,
    }
    write_private(path, json.dumps(body, indent=1).encode())


def read_credentials(path: Path) -> Credentials:
    """What `write_credentials` wrote.

    Raises:
        ConfigurationError: the file is missing, open to others or something else.
    """
    try:
        require_private(path)
        body = json.loads(path.read_text("utf-8"))
        shown = None
        if body["certificate"] is not None:
            shown = Pair(certificate=str(body["certificate"]), key=Secret(str(body["key"])))
        return Credentials(
            company=str(body["company"]),
            address=str(body["address"]),
            authority=str(body["authority"]),
            token=Secret(str(body["token"])),
            shown=shown,
        )
    except PrivateFileError as error:
        raise ConfigurationError(str(error)) from error
    except (ValueError, KeyError, TypeError):
        raise ConfigurationError(
            f"{path} holds no credentials: write them with counterfoil agent admit"
        ) from None
