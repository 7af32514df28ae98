"""The settings of a sandbox account from a YAML file, so that what is assumed can be set without Python."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
import yaml

from counterfoil.ports.errors import ConfigurationError
from counterfoil.sandbox.paytrace.settings import Settings


class SettingsFileError(ConfigurationError):
    """The file is no settings file; the text tells where."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path}: {why}")


def read_settings(path: Path) -> Settings:
    """The settings that the file names, and the usual ones for the rest.

    Raises:
        SettingsFileError: it cannot be read, names something unknown, or gives a value that none can be.
    """
    try:
        written = yaml.safe_load(path.read_text("utf-8")) or {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SettingsFileError(path, f"cannot be read: {error}") from error
    if not isinstance(written, dict):
        raise SettingsFileError(path, "must hold names with values.")
    unknown = list(_unknown(written, Settings()))
    if unknown:
        raise SettingsFileError(path, f"there is no setting {', '.join(unknown)}.")
    try:
        return msgspec.convert(written, type=Settings, strict=False, dec_hook=_zone)
    except (msgspec.ValidationError, ZoneInfoNotFoundError) as error:
        raise SettingsFileError(path, str(error)) from error


def _unknown(written: dict[object, object], settings: object, place: str = "") -> Iterator[str]:
    """Names that no setting has, also within the parts that are settings themselves."""
    known = {field.name for field in fields(settings)} if is_dataclass(settings) else set()
    for name, value in written.items():
        if name not in known:
            yield f"{place}{name}"
        elif isinstance(value, dict) and is_dataclass(part := getattr(settings, str(name))):
            yield from _unknown(value, part, f"{place}{name}.")


def _zone(kind: type, value: object) -> object:
    if kind is ZoneInfo:
        return ZoneInfo(str(value))
    raise NotImplementedError(kind)
