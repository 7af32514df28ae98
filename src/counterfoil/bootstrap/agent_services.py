"""The agent as a service that the operating system keeps: a systemd unit, or a WinSW file for Windows."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from counterfoil.bootstrap.agent_folder import AgentFolder
from counterfoil.connectors.sagepro.discover import locate_further, locate_tables
from counterfoil.connectors.sagepro.profile import Profile, read_profile
from counterfoil.ports.errors import ConfigurationError

ENVIRONMENT = "environment"
_FIRST_FREE_PORT = 1024

_UNIT = """\
[Unit]
Description=Counterfoil agent of company {company}
Wants=network-online.target
After=network-online.target
RequiresMountsFor={folders}

[Service]
Type=exec
User={user}
UMask=0027
ExecStart={command}{environment}
Restart=on-failure
RestartSec=10
TimeoutStopSec=60

# The folders of the tables, of the ledger's copy and of the outbox are the only ones that it may write.
ProtectSystem=strict
ReadWritePaths={folders}
ProtectHome=read-only
PrivateTmp=yes
PrivateDevices=yes

# /proc stays as it is: it tells who holds a lock, and which start of the machine this is.
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectClock=yes
ProtectHostname=yes

NoNewPrivileges=yes
CapabilityBoundingSet={capabilities}
AmbientCapabilities={capabilities}
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
MemoryDenyWriteExecute=yes
RemoveIPC=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
SystemCallErrorNumber=EPERM

[Install]
WantedBy=multi-user.target
"""

_WINSW = """\
<!-- For WinSW, https://github.com/winsw/winsw: lay this file beside WinSW's program, both with one name.
     After install: sc.exe config {name} obj= "NT SERVICE\\{name}" password= ""
     This file has not been run on Windows yet. -->
<service>
  <id>{name}</id>
  <name>Counterfoil agent of company {company}</name>
  <description>Reads and writes the tables of Sage Pro company {company} for Counterfoil.</description>
  <executable>{program}</executable>
  <arguments>{arguments}</arguments>
  <startmode>Automatic</startmode>
  <onfailure action="restart" delay="10 sec"/>
  <stoptimeout>60 sec</stoptimeout>
  <log mode="roll-by-size">
    <sizeThreshold>10240</sizeThreshold>
    <keepFiles>8</keepFiles>
  </log>
</service>
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What the operating system must know of one agent."""

    company: str
    command: Sequence[str]
    folders: Sequence[Path]
    """Where it writes."""
    port: int
    environment: Path | None = None
    """Where variables lie that hold a password, such as that of the books' database."""


def service_of(folder: AgentFolder) -> Service:
    """The service of a folder's agent, with the Python that runs now.

    Raises:
        ConfigurationError: the profile is unfit, or a folder of the company does not exist.
        TransientError: the system table is held by another program.
    """
    profile = read_profile(folder.profile)
    folders = sorted({path.resolve() for path in _written(profile)})
    missing = [str(path) for path in folders if not path.is_dir()]
    if missing:
        raise ConfigurationError(f"make {', '.join(missing)} first: the service writes there")
    return Service(
        company=profile.company,
        command=(sys.executable, "-m", "counterfoil", "agent", "run", str(folder.folder.resolve())),
        folders=folders,
        port=folder.settings.port,
        environment=folder.folder.resolve() / ENVIRONMENT if profile.database else None,
    )


def _written(profile: Profile) -> Iterator[Path]:
    yield from (folder for folder in (profile.ledger_copy, profile.outbox) if folder is not None)
    if profile.database is not None:
        yield profile.database.own_folder
        return
    places = locate_tables(profile)
    for table in (*places.paths.values(), *locate_further(profile).values()):
        yield table.parent


def systemd_unit(service: Service, user: str) -> str:
    """The unit's text; hardened, so that the agent reaches its company's folders and nothing else."""
    return _UNIT.format(
        company=_percent(service.company),
        folders=_words(map(str, _outermost(service.folders))),
        user=user,
        command=_words(service.command, dollar="$$"),
        environment=f"\nEnvironmentFile={_percent(str(service.environment))}" if service.environment else "",
        capabilities="CAP_NET_BIND_SERVICE" if service.port < _FIRST_FREE_PORT else "",
    )


def winsw_file(service: Service) -> str:
    """The text of a WinSW file."""
    program, *arguments = service.command
    return _WINSW.format(
        name=f"CounterfoilAgent{escape(service.company)}",
        company=escape(service.company),
        program=escape(program),
        arguments=escape(subprocess.list2cmdline(arguments)),
    )


def _outermost(folders: Iterable[Path]) -> list[Path]:
    """Without those that lie in another one; the agent makes its own below the receivables."""
    all_ = sorted(folders)
    return [one for one in all_ if not any(other in one.parents for other in all_)]


def _words(words: Iterable[str], dollar: str = "$") -> str:
    """Each word quoted as systemd reads it."""
    return " ".join(f'"{_quoted(word).replace("$", dollar)}"' for word in words)


def _quoted(word: str) -> str:
    return _percent(word.replace("\\", "\\\\").replace('"', '\\"'))


def _percent(word: str) -> str:
    return word.replace("%", "%%")
