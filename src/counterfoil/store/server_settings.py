"""The embedded server's settings, written anew at every start."""

from __future__ import annotations

from pathlib import Path

FIRST_WITH_IO_METHODS = 18
"""Older servers are started once more, by an upgrade."""

SETTINGS = """\
# Written by Counterfoil at every start; your own settings belong into custom.conf beside this file.
max_connections = 50
password_encryption = 'scram-sha-256'
shared_buffers = '64MB'
work_mem = '8MB'
max_wal_size = '512MB'
wal_compression = 'on'
timezone = 'UTC'

# An acknowledged event must survive a power cut.
fsync = on
synchronous_commit = on
full_page_writes = on

# The log holds neither statements nor values: payloads must not travel into it.
logging_collector = on
log_filename = 'server-%a.log'
log_file_mode = 0600
log_rotation_age = '1d'
log_rotation_size = 0
log_truncate_on_rotation = on
log_timezone = 'UTC'
log_line_prefix = '%m [%p] '
log_error_verbosity = terse
log_min_error_statement = panic
log_parameter_max_length_on_error = 0
log_checkpoints = off
log_startup_progress_interval = '5s'

# One small machine: few helpers, and the job table's statistics must follow a sudden backlog.
max_worker_processes = 4
max_logical_replication_workers = 0
autovacuum_naptime = '10s'
"""

RULES = "# Written by Counterfoil at every start. Everybody needs the password.\n"


def quoted(value: Path) -> str:
    doubled = str(value).replace("\\", "/").replace("'", "''")
    return f"'{doubled}'"


def settings_text(*, log_folder: Path, socket_folder: Path | None, port: int, version: int) -> str:
    """``postgresql.conf``: on a socket folder, or on loopback TCP where there are no sockets."""
    lines = [SETTINGS, f"log_directory = {quoted(log_folder)}", f"port = {port}"]
    if version >= FIRST_WITH_IO_METHODS:
        lines += ["io_method = 'sync'"]
    if socket_folder is None:
        lines += ["listen_addresses = '127.0.0.1'"]
    else:
        lines += [
            "listen_addresses = ''",
            f"unix_socket_directories = {quoted(socket_folder)}",
            "unix_socket_permissions = 0700",
        ]
    return "\n".join([*lines, "include 'custom.conf'", ""])


def rules_text(*, tcp: bool) -> str:
    """``pg_hba.conf``."""
    line = "host all all 127.0.0.1/32 scram-sha-256\n" if tcp else "local all all scram-sha-256\n"
    return RULES + line
