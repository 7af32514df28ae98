"""Agents as processes: beside a hub on a private socket, or on their own behind TLS."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import structlog
import uvicorn

from counterfoil.agent.app import Deps, create_app
from counterfoil.agent.gates import Gate, OneToken, SignedTokens
from counterfoil.agent.limits import Limits
from counterfoil.agent.site import Site
from counterfoil.bootstrap import serving
from counterfoil.bootstrap.agent_folder import AgentFolder
from counterfoil.bootstrap.private_folders import make_private
from counterfoil.connectors.sagepro.company import SageProCompany
from counterfoil.connectors.sagepro.profile import read_profile
from counterfoil.http.tls import server_context
from counterfoil.ports.clock import Clock, SystemClock
from counterfoil.ports.errors import ConfigurationError
from counterfoil.security.certificates import ends_at
from counterfoil.security.secrets import SecretError
from counterfoil.security.tokens import TokenKeys

KEEP_ALIVE_SECONDS = 30
"""Longer than our client keeps an idle connection, so that it never sends on one that is being closed."""
STOP_SECONDS_MAX = 45
"""How long a stop waits for answers; less than a service manager waits before it kills."""
RENEW_BEFORE = timedelta(days=30)

log: structlog.typing.FilteringBoundLogger = structlog.get_logger()


def serve_child(profile: Path, socket: Path, token: str) -> None:
    """The agent of a hub on this machine, until it is stopped."""
    make_private(socket.parent)
    with SageProCompany(read_profile(profile), SystemClock()) as site:
        app = create_app(Deps(site=site, gate=OneToken(token)))
        config = uvicorn.Config(
            app,
            uds=str(socket),
            log_level="warning",
            access_log=False,
            ws="none",
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
        )
        serving.stoppable(config).run()
        socket.unlink(missing_ok=True)


def serve_apart(folder: AgentFolder) -> None:
    """The agent on its own, until it is stopped; never without TLS.

    Raises:
        ConfigurationError: a key, a certificate, the profile or a table is unfit, or the port is taken.
    """
    settings = folder.settings
    clock = SystemClock()
    doors = doors_of(folder, clock)
    _tell_end(folder.path(settings.certificate), clock)
    remedy = f"look at listen and port in {folder.file}"
    with (
        serving.listening(settings.port, settings.listen, remedy) as listener,
        SageProCompany(read_profile(folder.profile), clock) as site,
    ):
        config = config_apart(folder, site, doors)
        log.info("agent_listens", company=folder.company, address=settings.address)
        serving.stoppable(config).run([listener])


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """What stands before an agent on its own."""

    tls: ssl.SSLContext
    gate: Gate


def doors_of(folder: AgentFolder, clock: Clock) -> Doors:
    """How the folder's agent shows itself and whom it admits.

    Raises:
        ConfigurationError: a certificate or key is missing, open to others or unfit.
    """
    settings = folder.settings
    client_authority = settings.client_authority and folder.path(settings.client_authority)
    tls = server_context(
        folder.path(settings.certificate), folder.path(settings.certificate_key), client_authority
    )
    return Doors(tls=tls, gate=SignedTokens(_keys(folder.keys), folder.company, clock))


def config_apart(folder: AgentFolder, site: Site, doors: Doors) -> uvicorn.Config:
    """How an agent on its own is served."""
    limits = Limits(per_second_max=folder.settings.requests_per_second)
    return uvicorn.Config(
        create_app(Deps(site=site, gate=doors.gate, limits=limits)),
        log_level="warning",
        access_log=False,
        ws="none",
        lifespan="off",
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=STOP_SECONDS_MAX,
        ssl_context_factory=lambda _config, _default: doors.tls,
    )


def _keys(path: Path) -> TokenKeys:
    try:
        return TokenKeys(path)
    except SecretError as error:
        raise ConfigurationError(str(error)) from error


def _tell_end(certificate: Path, clock: Clock) -> None:
    """Once the certificate ended, its callers refuse the agent; this says so here, and in time."""
    try:
        ends = ends_at(certificate.read_text("ascii"))
    except ValueError as error:
        raise ConfigurationError(f"{certificate}: {error}") from error
    if ends - clock.now() < RENEW_BEFORE:
        log.warning("certificate_ends", certificate=str(certificate), ends=ends.isoformat())
