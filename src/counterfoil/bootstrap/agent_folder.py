"""The folder of an agent on its own: its settings, its keys and its certificates."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from counterfoil.agent.gates import Scope, audience_of
from counterfoil.bootstrap.agent_credentials import Credentials
from counterfoil.bootstrap.private_folders import make_private
from counterfoil.connectors.sagepro.profile import read_profile
from counterfoil.http.pin import HostPin
from counterfoil.ports.errors import ConfigurationError
from counterfoil.security.certificates import (
    CertificateError,
    Pair,
    hosts_of,
    issue_client,
    issue_server,
    make_authority,
)
from counterfoil.security.private_files import PrivateFileError, require_private, write_private
from counterfoil.security.secrets import Key, Secret, SecretError, open_key_ring, read_keys
from counterfoil.security.tokens import Claims, issue_token

FILE = "agent.yaml"
KEYS = "keys.json"
AUTHORITY = "authority.pem"
AUTHORITY_KEY = "authority-key.pem"
SERVER = "server.pem"
SERVER_KEY = "server-key.pem"
SERVER_DAYS = 397
LOCAL_HOSTS = ("localhost", "127.0.0.1")

_HEAD = """\
# An agent on its own: what it owns and where it listens. Paths count from this folder.
# Callers must show a certificate that client_authority signed; without that entry a token is enough.
"""


class AgentSettings(BaseModel):
    """What stands in `agent.yaml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    profile: Path
    address: str
    """Where callers reach it: https://host:port."""
    listen: str
    """The address of this machine to listen on."""
    port: int = Field(ge=1, le=65535)
    certificate: Path = Path(SERVER)
    certificate_key: Path = Path(SERVER_KEY)
    authority: Path = Path(AUTHORITY)
    """What callers verify the agent's certificate by."""
    client_authority: Path | None = None
    requests_per_second: int = Field(default=1000, ge=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """Whom to let in, for what and for how long."""

    name: str
    scopes: Collection[Scope]
    lasts: timedelta


class AgentFolder:
    """One agent's folder, opened."""

    def __init__(self, folder: Path) -> None:
        """Reads the settings.

        Raises:
            ConfigurationError: the file is missing or an entry is unfit.
        """
        self.folder = folder
        try:
            found = yaml.safe_load((folder / FILE).read_text("utf-8"))
            self.settings = AgentSettings.model_validate(found)
        except OSError as error:
            raise ConfigurationError(
                f"{folder} is no agent's folder ({error.strerror}): make one with counterfoil agent init"
            ) from error
        except ValidationError as error:
            named = "; ".join(f"{one['loc']}: {one['msg']}" for one in error.errors(include_input=False))
            raise ConfigurationError(f"{folder / FILE}: {named}") from error
        except yaml.YAMLError as error:
            raise ConfigurationError(f"{folder / FILE} is no YAML: {error}") from error
        if HostPin.parse(self.settings.address).scheme != "https":
            raise ConfigurationError(f"{folder / FILE}: an agent on its own is reached by https alone")

    @property
    def file(self) -> Path:
        return self.folder / FILE

    @property
    def profile(self) -> Path:
        return self.path(self.settings.profile)

    @property
    def keys(self) -> Path:
        return self.folder / KEYS

    @property
    def company(self) -> str:
        return read_profile(self.profile).company

    def path(self, named: Path) -> Path:
        return self.folder / named

    def admit(self, admission: Admission, now: datetime) -> Credentials:
        """New credentials for a caller.

        Raises:
            ConfigurationError: a key is missing or open to others.
        """
        ends = now + admission.lasts
        company = self.company
        claims = Claims(
            bearer=admission.name,
            audience=audience_of(company),
            scopes=frozenset(scope.value for scope in admission.scopes),
            expires_at=ends,
        )
        return Credentials(
            company=company,
            address=self.settings.address,
            authority=self._text(self.path(self.settings.authority)),
            token=issue_token(self._newest_key(), claims),
            shown=self._client(admission, now),
        )

    def renew(self, now: datetime) -> datetime:
        """A new certificate for the same names, from the folder's own authority; tells when it ends.

        Raises:
            ConfigurationError: a file is missing, or the certificate is not of this folder's making.
        """
        if self.settings.certificate != Path(SERVER):
            raise ConfigurationError(f"{self.settings.certificate} is yours: renew it where it comes from")
        with _told():
            hosts = hosts_of(self._text(self.folder / SERVER))
            pair = issue_server(self._authority(), hosts, now, SERVER_DAYS)
        _write_pair(self.folder, pair, SERVER, SERVER_KEY)
        return now + timedelta(days=SERVER_DAYS)

    def _client(self, admission: Admission, now: datetime) -> Pair | None:
        if self.settings.client_authority is None:
            return None
        days = max(1, -(-admission.lasts // timedelta(days=1)))
        with _told():
            return issue_client(self._authority(), admission.name, now, days)

    def _authority(self) -> Pair:
        key = self.folder / AUTHORITY_KEY
        try:
            require_private(key)
        except PrivateFileError as error:
            raise ConfigurationError(str(error)) from error
        return Pair(certificate=self._text(self.folder / AUTHORITY), key=Secret(self._text(key)))

    def _newest_key(self) -> Key:
        try:
            return read_keys(self.keys)[-1]
        except SecretError as error:
            raise ConfigurationError(str(error)) from error

    @staticmethod
    def _text(path: Path) -> str:
        try:
            return path.read_text("ascii")
        except (OSError, ValueError) as error:
            raise ConfigurationError(f"{path} cannot be read: put it back from your own copy") from error


def make_agent_folder(
    folder: Path, settings: AgentSettings, hosts: Sequence[str], now: datetime
) -> AgentFolder:
    """Makes the folder with keys and certificates of its own.

    Raises:
        ConfigurationError: there is an agent in it already, it is open to others, or the profile is unfit.
    """
    if (folder / FILE).exists():
        raise ConfigurationError(f"{folder} holds an agent already: name another folder")
    HostPin.parse(settings.address)
    company = read_profile(settings.profile).company
    make_private(folder)
    open_key_ring(folder / KEYS)
    authority = make_authority(f"Counterfoil agent of {company}", now)
    _write_pair(folder, authority, AUTHORITY, AUTHORITY_KEY)
    names = tuple(dict.fromkeys((*hosts, *LOCAL_HOSTS)))
    with _told():
        server = issue_server(authority, names, now, SERVER_DAYS)
    _write_pair(folder, server, SERVER, SERVER_KEY)
    entries = settings.model_dump(mode="json", exclude_defaults=True)
    (folder / FILE).write_text(_HEAD + yaml.safe_dump(entries, sort_keys=False), "utf-8")
    return AgentFolder(folder)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except CertificateError as error:
        raise ConfigurationError(str(error)) from error


def _write_pair(folder: Path, pair: Pair, certificate: str, key: str) -> None:
    write_private(folder / key, pair.key.reveal().encode())
    write_private(folder / certificate, pair.certificate.encode())
