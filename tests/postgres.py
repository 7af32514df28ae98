"""An embedded database server for tests: one per session and process, stopped by its process id."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from counterfoil.store.server import EmbeddedServer


@contextmanager
def running_server() -> Iterator[EmbeddedServer]:
    """A server in a new folder with a short path; the folder goes with it."""
    root = Path(tempfile.mkdtemp(prefix="counterfoil-test-"))
    server = EmbeddedServer(root)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(root, ignore_errors=True)
