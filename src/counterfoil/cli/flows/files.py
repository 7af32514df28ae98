"""Text files that people name to a command."""

from __future__ import annotations

from pathlib import Path

from counterfoil.ports.errors import ConfigurationError

_BYTES_MAX = 10_000_000


def read_text(path: Path) -> str:
    """A file's text, with or without a byte order mark.

    Raises:
        ConfigurationError: it is no plain file, too large, or not UTF-8.
        OSError: it cannot be read.
    """
    if path.exists() and not path.is_file():
        raise ConfigurationError(f"{path} is no plain file")
    if path.stat().st_size > _BYTES_MAX:
        raise ConfigurationError(f"{path} is larger than {_BYTES_MAX} bytes")
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{path} is not UTF-8 at byte {error.start}") from error
