"""HTTP servers that a signal stops, whenever it comes."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from counterfoil.bootstrap.processes import on_stop
from counterfoil.ports.errors import ConfigurationError

LOOPBACK = "127.0.0.1"
WITH_OPTION = "choose another one with --port"
_BACKLOG = 512


def stoppable(config: uvicorn.Config) -> uvicorn.Server:
    """A server that SIGTERM and Ctrl-C stop: while it serves, but also before it listens.

    Once it has ended, uvicorn raises the signal again; what stands around it is still to be let go of, so
    that the signal changes nothing more by then.
    """
    server = uvicorn.Server(config)

    def stop() -> None:
        server.should_exit = True

    on_stop(stop)
    return server


@contextmanager
def listening(port: int, host: str = LOOPBACK, remedy: str = WITH_OPTION) -> Iterator[socket.socket]:
    """A listening socket on an address of this machine: on another than the loopback address with TLS only.

    Raises:
        ConfigurationError: another program listens on the port, or it is not allowed.
    """
    # With the protocol named, asyncio switches Nagle's delay off.
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        _claim(listener)
        try:
            listener.bind((host, port))
        except OSError as error:
            raise ConfigurationError(
                f"port {port} of this machine is taken or not allowed: {remedy}"
            ) from error
        listener.listen(_BACKLOG)
        yield listener


def _claim(listener: socket.socket) -> None:
    """A port that was just let go of may be taken, one in use may not; Windows has another word for it."""
    if sys.platform == "win32":
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
    else:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
