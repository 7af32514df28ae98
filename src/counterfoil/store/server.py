"""The embedded PostgreSQL server: made, started, adopted, stopped and brought up again by us."""

from __future__ import annotations

import shutil
import signal
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import psutil
import psycopg
import structlog
from psycopg.conninfo import make_conninfo

from counterfoil.ports.errors import CounterfoilError
from counterfoil.ports.ids import IdSource, SystemIds
from counterfoil.store.errors import (
    ServerProgramError,
    ServerStartError,
    ServerStillStartingError,
    ServerStopError,
    ServerVersionError,
    UpgradeUnfinishedError,
)
from counterfoil.store.server_account import Account, choose_account
from counterfoil.store.server_folder import ServerFolder, write_private
from counterfoil.store.server_process import READY, drop_stale_files, find_server, read_pid_file, wait_gone
from counterfoil.store.server_programs import Programs, wheel_programs
from counterfoil.store.server_settings import rules_text, settings_text

log = structlog.get_logger()

USER = "counterfoil"
DATABASE = "counterfoil"
PATIENCE_SECONDS = 900
"""A crash recovery may take minutes; it is never mistaken for a failure."""
STOP_SECONDS = 60
ORPHANS_SECONDS = 30
LAUNCHES_MAX = 3
POLL = timedelta(milliseconds=50)
PROGRESS_POLLS = 100
HOPELESS = ("authentication failed", "no pg_hba.conf entry", "does not exist")


class EmbeddedServer:
    """One PostgreSQL server over one folder, shared by all of Counterfoil's processes on this machine.

    Nobody owns it: whoever calls `start` first launches it, later callers adopt it, `stop` ends it for all.
    It outlives the process that launched it, so that a killed hub finds its database running.
    """

    def __init__(
        self,
        root: Path,
        *,
        programs_folder: Path | None = None,
        account: Account | None = None,
        ids: IdSource | None = None,
    ) -> None:
        self.folder = ServerFolder(root)
        self._ids = ids or SystemIds()
        self._programs_folder = programs_folder or wheel_programs()
        self._account = account

    @property
    def account(self) -> Account:
        """The account that may use this folder; found out once."""
        if self._account is None:
            self._account = choose_account(self.folder.cluster, self._programs_folder / "postgres")
        return self._account

    @property
    def programs(self) -> Programs:
        return Programs(self._programs_folder, self.account)

    def conninfo(self, database: str = DATABASE) -> str:
        """How libpq finds the server; holds the password, so it is never logged."""
        where = self.folder.socket_folder()
        host = "127.0.0.1" if where is None else str(where)
        return make_conninfo(
            host=host,
            port=self.folder.port(self.account),
            user=USER,
            password=self.folder.read_password(),
            dbname=database,
            connect_timeout=10,
        )

    def find_process(self) -> psutil.Process | None:
        return find_server(self.folder.cluster)

    def start(
        self, *, patience_seconds: int = PATIENCE_SECONDS, cancel: threading.Event | None = None
    ) -> None:
        """Returns when the server answers: made if new, launched or adopted, recovery waited for.

        Raises:
            ServerError: it cannot run as things are; the message says what to do.
            ServerStillStartingError: the patience ended while the server still recovers; it goes on.
        """
        cancel = cancel or threading.Event()
        self.folder.prepare(self.account)
        with self.folder.locked(patience_seconds, cancel):
            self._initialise()
            for _ in range(LAUNCHES_MAX):
                if self.find_process() is None:
                    self._launch()
                else:
                    log.info("database_server_adopted", folder=str(self.folder.root))
                if self._await_ready(patience_seconds, cancel):
                    break
            else:
                raise ServerStartError(self.folder.root, self.folder.log_tail())
            self._ensure_database()

    def _initialise(self) -> None:
        password = self.folder.password(self._ids, self.account)
        if self.folder.cluster.exists():
            self._check_version()
            return
        kept = next(self.folder.root.glob("cluster.[0-9]*"), None)
        if kept is not None:
            raise UpgradeUnfinishedError(self.folder.root, kept)
        shutil.rmtree(self.folder.draft, ignore_errors=True)
        passed = self.folder.root / "password.initdb"
        write_private(passed, password, self.account)
        try:
            self.programs.run(
                "initdb",
                f"--pgdata={self.folder.draft}",
                f"--username={USER}",
                f"--pwfile={passed}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--no-instructions",
                cwd=self.folder.root,
            )
        finally:
            passed.unlink(missing_ok=True)
        self.folder.draft.rename(self.folder.cluster)
        log.info("database_cluster_made", folder=str(self.folder.root))

    def _check_version(self) -> None:
        found = (self.folder.cluster / "PG_VERSION").read_text("utf-8").strip()
        wanted = self.programs.major_version()
        if found != wanted:
            raise ServerVersionError(self.folder.root, found, wanted)

    def _launch(self) -> None:
        sockets = self.folder.prepare_socket_folder(self.account)
        if not drop_stale_files(self.folder.cluster, sockets, ORPHANS_SECONDS):
            raise ServerStartError(
                self.folder.root, "processes of the server before it still run: end them first"
            )
        self._write_settings(sockets)
        self.folder.start_log.unlink(missing_ok=True)
        cluster = str(self.folder.cluster)
        # It detaches the server from us; in one second the pid file is there, our own patience does the rest.
        self.programs.run_detached(
            "pg_ctl",
            "start",
            "-w",
            "-t",
            "1",
            "-D",
            cluster,
            "-l",
            str(self.folder.start_log),
            cwd=self.folder.root,
        )
        if self.find_process() is None:
            raise ServerStartError(self.folder.root, self.folder.log_tail())
        log.info("database_server_launched", folder=str(self.folder.root))

    def _write_settings(self, sockets: Path | None) -> None:
        port = self.folder.port(self.account)
        version = int(self.programs.major_version())
        settings = settings_text(
            log_folder=self.folder.logs, socket_folder=sockets, port=port, version=version
        )
        write_private(self.folder.cluster / "postgresql.conf", settings, self.account)
        custom = self.folder.cluster / "custom.conf"
        if not custom.exists():
            write_private(custom, "# Your own settings; they win.\n", self.account)
        write_private(self.folder.cluster / "pg_hba.conf", rules_text(tcp=sockets is None), self.account)

    def _await_ready(self, patience_seconds: int, cancel: threading.Event) -> bool:
        """True when it answers, False when it went away meanwhile."""
        polls = timedelta(seconds=patience_seconds) // POLL
        for poll in range(1, polls + 1):
            if self._answers():
                return True
            if self.find_process() is None:
                return False
            if poll % PROGRESS_POLLS == 0:
                said = self.folder.log_tail().splitlines()[-1:]
                log.info("database_server_starting", folder=str(self.folder.root), said=said)
            if cancel.wait(POLL.total_seconds()):
                break
        raise ServerStillStartingError(
            f"the database in {self.folder.root} is still starting, most likely recovering from a crash; "
            f"it goes on by itself: start Counterfoil again in a few minutes"
        )

    def _answers(self) -> bool:
        said = read_pid_file(self.folder.cluster)
        if said is None or said.status != READY:
            return False
        try:
            psycopg.connect(self.conninfo("postgres")).close()
        except psycopg.OperationalError as error:
            if any(word in str(error) for word in HOPELESS):
                raise ServerStartError(self.folder.root, str(error)) from error
            return False
        return True

    def _ensure_database(self) -> None:
        with psycopg.connect(self.conninfo("postgres"), autocommit=True) as connection:
            if (
                connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,)).fetchone()
                is None
            ):
                connection.execute(f'CREATE DATABASE "{DATABASE}"')

    def stop(self, *, patience_seconds: int = STOP_SECONDS) -> None:
        """Ends the server for everybody: open transactions are rolled back, everything committed is flushed.

        Raises:
            ServerStopError: it still runs after the patience.
        """
        process = self.find_process()
        if process is None:
            return
        self._ask_to_stop(process)
        if not wait_gone([process], patience_seconds):
            raise ServerStopError(
                f"the database in {self.folder.root} did not stop within {patience_seconds} s; "
                f"its process is {process.pid}"
            )
        log.info("database_server_stopped", folder=str(self.folder.root))

    def _ask_to_stop(self, process: psutil.Process) -> None:
        try:
            if sys.platform == "win32":
                self.programs.run("pg_ctl", "stop", "-m", "fast", "-W", "-D", str(self.folder.cluster))
            else:
                process.send_signal(signal.SIGINT)  # checks the start time once more
        except (psutil.NoSuchProcess, ServerProgramError):
            log.info("database_server_gone", folder=str(self.folder.root))

    def watch(
        self,
        stop: threading.Event,
        *,
        interval_seconds: int = 1,
        on_restart: Callable[[], None] | None = None,
    ) -> None:
        """Brings the server up again whenever it died, until told to stop; runs in a thread of the hub."""
        failures = 0
        while not stop.wait(min(interval_seconds * 2**failures, 60)):
            if self.find_process() is not None:
                failures = 0
                continue
            log.warning("database_server_died", folder=str(self.folder.root), failures=failures)
            try:
                self.start(cancel=stop)
            except (CounterfoilError, OSError, psycopg.Error) as error:
                failures = min(failures + 1, 6)
                log.warning("database_server_restart_failed", error=type(error).__name__, failures=failures)
                continue
            if on_restart is not None:
                on_restart()
