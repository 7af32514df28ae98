"""Text files that people name to a command."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from typing_extensions import override

from counterfoil.flows.linking import link
from counterfoil.flows.paths import Part, part_of
from counterfoil.ports.errors import ConfigurationError

_BYTES_MAX = 10_000_000
_USED = (Part.FLOWS, Part.MAPPINGS, Part.TABLES)


def read_whole_flow(path: Path) -> str:
    """A flow's text with what it uses of the workspace in which it lies.

    Raises:
        FlowError: it is no flow, or uses something that is not sound.
        ConfigurationError: a file cannot be used.
        OSError: a file cannot be read.
    """
    return link(read_text(path), _Files(path.absolute().parent.parent))


class _Files(Mapping[str, str]):
    """The files of a workspace that flows use, each read when it is asked for."""

    def __init__(self, workspace: Path) -> None:
        found = (each for part in _USED for each in sorted((workspace / part.value).glob("*")))
        names = {path.relative_to(workspace).as_posix(): path for path in found}
        self._paths = {name: path for name, path in names.items() if part_of(name) in _USED}

    @override
    def __getitem__(self, name: str) -> str:
        return read_text(self._paths[name])

    @override
    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    @override
    def __len__(self) -> int:
        return len(self._paths)


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
