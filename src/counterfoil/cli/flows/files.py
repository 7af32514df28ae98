"""Text files that people name to a command."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from counterfoil.flows.linking import link
from counterfoil.flows.paths import Part, part_of
from counterfoil.ports.errors import ConfigurationError

_BYTES_MAX = 10_000_000
_USED = (Part.MAPPINGS, Part.TABLES)


def read_whole_flow(path: Path) -> str:
    """A flow's text with what it uses of the workspace in which it lies.

    Raises:
        FlowError: it is no flow, or uses something that is not sound.
        ConfigurationError: a file cannot be used.
        OSError: a file cannot be read.
    """
    return link(read_text(path), _used(path.absolute().parent.parent))


def _used(workspace: Path) -> Mapping[str, str]:
    found = (each for part in _USED for each in sorted((workspace / part.value).glob("*")))
    names = {path.relative_to(workspace).as_posix(): path for path in found}
    return {name: read_text(path) for name, path in names.items() if part_of(name) in _USED}


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
