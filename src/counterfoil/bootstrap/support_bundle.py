"""A zip for whoever helps: versions, configuration, structures, figures, masked logs; no value of any row."""

from __future__ import annotations

import json
import os
import platform
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from counterfoil import __version__
from counterfoil.bootstrap.agents import books_connections
from counterfoil.bootstrap.gateway_policy import SETTINGS
from counterfoil.bootstrap.gateways import GENERATION, START
from counterfoil.bootstrap.remote_agents import is_remote
from counterfoil.bootstrap.status import Status, read_status
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.connectors.sagepro.discover import locate_further, locate_tables
from counterfoil.connectors.sagepro.profile import Profile, read_profile
from counterfoil.foxpro.description import describe_table
from counterfoil.foxpro.errors import FoxProError
from counterfoil.monitor.masking import LEFT_OUT, masked_lines
from counterfoil.ports.errors import ConfigurationError, CounterfoilError
from counterfoil.security.card_guard import scrub_text
from counterfoil.store.migration import current_revision

LOG_BYTES_MAX = 4 * 1024 * 1024
"""Of each log its end."""
_TOLD_SETTINGS = frozenset((*SETTINGS, GENERATION, START, "zone", "preset"))
"""Settings of a connection whose values say how it works; of the others only the name is told."""
_LIBRARIES = ("procrastinate", "sqlalchemy", "psycopg", "fastapi", "uvicorn", "pydantic", "msgspec", "httpx2")
_OWN_WORDS = frozenset({"company", "mode", "preset", "currency", "time_zone", "code_page", "posting_date"})
_NEVER = frozenset({"database", "accounts", "user", "added_rows", "own_rows"})

Json = dict[str, Any]


def write_bundle(workspace: Workspace, path: Path, logs: Sequence[Path] = ()) -> list[str]:
    """Writes the bundle into a new file that only its owner reads; the names of what is in it.

    Raises:
        ConfigurationError: the file exists already.
        CounterfoilError: the database does not answer.
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise ConfigurationError(f"{path} exists already: name another file") from error
    with os.fdopen(handle, "wb") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as bundle:
        names = []
        for name, text in _parts(workspace, logs):
            bundle.writestr(name, scrub_text(text))
            names.append(name)
    return names


def _parts(workspace: Workspace, logs: Sequence[Path]) -> Iterator[tuple[str, str]]:
    status = read_status(workspace)
    yield "about.json", _text(_about(workspace))
    yield "settings.json", _text(_settings(workspace))
    yield "connections.json", _text(_connections(workspace))
    yield "queue.json", _text(_queue(status))
    yield "alerts.json", _text(_alerts(status))
    yield from _sites(workspace)
    for log in (*sorted(workspace.settings.logs.glob("*.log")), *logs):
        yield f"logs/{log.name}.txt", "\n".join(masked_lines(_tail(log)))


def _text(document: object) -> str:
    return json.dumps(document, indent=2, sort_keys=True, default=str)


def _about(workspace: Workspace) -> Json:
    with workspace.database.autocommit() as connection:
        server = connection.execute(sa.text("SHOW server_version")).scalar_one()
        revision = current_revision(connection)
    return {
        "counterfoil": __version__,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "postgresql": server,
        "tables": revision,
        "libraries": {name: metadata.version(name) for name in _LIBRARIES},
        "made_at": workspace.clock.now().isoformat(),
    }


def _settings(workspace: Workspace) -> Json:
    """Numbers as they are; of texts, which may hold names and secrets, whether one is given."""
    found = workspace.settings.model_dump()
    return {name: value if isinstance(value, int) else bool(str(value)) for name, value in found.items()}


def _connections(workspace: Workspace) -> list[Json]:
    return [
        {
            "kind": row.kind,
            "environment": row.environment,
            "company": row.company,
            "mode": row.mode,
            "enabled": row.enabled,
            "settings": {
                name: value if name in _TOLD_SETTINGS else LEFT_OUT for name, value in row.settings.items()
            },
        }
        for row in workspace.connections.all()
    ]


def _queue(status: Status) -> Json:
    """Counts and ages; no sum."""
    now, work = status.snapshot, status.snapshot.open_work
    return {
        "workers": {"alive": len(now.workers), "known": len(now.signs.workers)},
        "hub_ready": status.hub.ready if status.hub else None,
        "runs": [
            {"environment": one.environment, "company": one.company, "status": one.status, "runs": one.runs}
            | {"oldest_at": one.oldest_at, "due_at": one.due_at}
            for one in work.runs
        ],
        "payments_not_posted": sum(one.payments for one in work.unposted),
        "hints": [one.count for one in work.hints],
        "review_tasks": {one.kind: one.count for one in work.tasks},
        "effects": {one.kind: one.count for one in work.effects},
        "polls": [
            {"environment": one.environment, "poll": one.poll, "read_at": one.read_at}
            for one in now.signs.polls
        ],
        "breakers": [{"environment": one.environment, "state": one.state} for one in now.breakers],
        "agents": [
            {"company": one.company, "works": one.state == "works", "waiting": one.waiting}
            for one in now.agents
        ],
        "flows_last_hour": [
            {"environment": one.environment, "flow": one.flow, "status": one.status, "runs": one.runs}
            for one in now.recent.flows
        ],
    }


def _alerts(status: Status) -> list[Json]:
    return [
        {"rule": one.key.rule, "environment": one.key.environment, "value": one.value, "since": one.since}
        for one in status.alerts
    ]


def _sites(workspace: Workspace) -> Iterator[tuple[str, str]]:
    """Profile and table structures of each site on this machine."""
    for row in books_connections(workspace):
        if is_remote(row):
            continue
        place = f"sites/{row.environment}-{row.company}"
        try:
            profile = read_profile(Path(str(row.settings["profile"])))
            yield f"{place}/profile.json", _text(_profile(profile))
            yield f"{place}/tables.json", _text(list(_tables(profile)))
        except (CounterfoilError, FoxProError, KeyError, OSError) as error:
            yield f"{place}/unread.txt", type(error).__name__


def _profile(profile: Profile) -> Json:
    """The site's choices; no path, account, address of a database or constant that new rows bear."""
    found = profile.model_dump(mode="json", exclude=set(_NEVER), exclude_defaults=True)
    return {name: _choice(name, value) for name, value in found.items()}


def _choice(name: str, value: object) -> object:
    if name == "columns" or name in _OWN_WORDS or isinstance(value, int):
        return value
    return LEFT_OUT if not isinstance(value, Mapping) else sorted(value)


def _tables(profile: Profile) -> Iterator[Json]:
    for path in sorted({*locate_tables(profile).paths.values(), *locate_further(profile).values()}):
        try:
            found = describe_table(path)
        except FoxProError as error:
            yield {"table": path.name, "error": type(error).__name__}
            continue
        yield {
            "table": path.name,
            "version": found.version,
            "records": found.records,
            "code_page": found.code_page,
            "fields": [f"{one.name} {one.type}({one.width},{one.decimals})" for one in found.fields],
            "tags": {tag.name: tag.expression for tag in found.index.tags} if found.index else {},
        }


def _tail(path: Path) -> Iterator[str]:
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(size - LOG_BYTES_MAX, 0))
        lines = file.read().decode("utf-8", "replace").splitlines()
    # The first line of a cut log is a part of one.
    yield from lines[1:] if size > LOG_BYTES_MAX else lines
