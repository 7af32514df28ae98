"""The sandbox behind a socket of this machine."""

from __future__ import annotations

import socket
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from counterfoil.ports.clock import SystemClock
from counterfoil.ports.errors import ConfigurationError
from counterfoil.ports.ids import SystemIds
from counterfoil.sandbox.paytrace.app import Account, create_sandbox
from counterfoil.sandbox.paytrace.ledger import Ledger
from counterfoil.sandbox.paytrace.settings import SandboxUser, Settings

# Never another address: the sandbox knows one user with a public password.
LOOPBACK = "127.0.0.1"

_STOP_SECONDS = 10
_FIRST_USER = 123


class PortTakenError(ConfigurationError):
    """Another program listens on the port."""

    def __init__(self, port: int) -> None:
        super().__init__(f"Port {port} of this machine is taken or not allowed: choose another one.")
        self.port = port


class LedgerFileError(ConfigurationError):
    """A file that cannot be read or made as a ledger."""

    def __init__(self, path: Path, why: Exception) -> None:
        super().__init__(f"{path} cannot be used as a ledger ({why}): choose another file.")
        self.path = path


def serve(
    port: int,
    ledger_path: Path | None,
    settings: Settings | None = None,
    *,
    merchants: int = 1,
    on_ready: Callable[[str], None] = lambda _url: None,
) -> None:
    """Runs the sandbox until it is stopped; without a path its ledgers end with it.

    Raises:
        PortTakenError: another program listens on the port.
        LedgerFileError: the ledger's file cannot be used.
    """
    with listening(port) as (listener, url):
        accounts = open_accounts(merchants, ledger_path, settings or Settings())
        try:
            app = create_sandbox(accounts, SystemClock(), SystemIds())
            on_ready(url)
            _server(app).run([listener])
        finally:
            for account in accounts:
                account.ledger.close()


def open_accounts(count: int, ledger_path: Path | None, settings: Settings) -> list[Account]:
    """Merchant accounts with numbers, users and ledgers that count on from the first one's.

    Raises:
        LedgerFileError: a ledger's file cannot be used.
    """
    accounts = []
    for number in range(count):
        own = settings if number == 0 else _numbered(settings, number)
        path = ledger_path
        if ledger_path is not None and number > 0:
            path = ledger_path.with_name(f"{ledger_path.name}.{own.merchant_id}")
        accounts.append(Account(_open(path, number), own))
    return accounts


def _open(path: Path | None, number: int) -> Ledger:
    try:
        return Ledger.open(path, SystemIds(), number)
    except (OSError, sqlite3.Error, ValueError) as error:
        raise LedgerFileError(path or Path(), error) from error


def _numbered(settings: Settings, number: int) -> Settings:
    """The same account again, for a user of its own: demo124 with password demo124, and so on."""
    name = f"demo{_FIRST_USER + number}"
    return replace(settings, merchant_id=settings.merchant_id + number, users=(SandboxUser(name, name),))


@contextmanager
def running(app: ASGIApp, port: int = 0) -> Iterator[str]:
    """Runs an app in a thread for as long as the block lasts; gives its address. Port 0 takes a free one."""
    with listening(port) as (listener, url):
        server = _server(app)
        thread = threading.Thread(target=server.run, args=([listener],), name="paytrace-sandbox", daemon=True)
        thread.start()
        try:
            yield url
        finally:
            server.should_exit = True
            thread.join(_STOP_SECONDS)


@contextmanager
def listening(port: int) -> Iterator[tuple[socket.socket, str]]:
    """A listening socket and its address; who connects before the app runs is served when it does."""
    # With the protocol named, asyncio switches Nagle's delay off; without, each answer took 40 ms more.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((LOOPBACK, port))
        except OSError as error:
            raise PortTakenError(port) from error
        listener.listen()
        yield listener, f"http://{LOOPBACK}:{listener.getsockname()[1]}"


def _server(app: ASGIApp) -> uvicorn.Server:
    return uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off", ws="none"))
