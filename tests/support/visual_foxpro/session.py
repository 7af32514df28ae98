"""What one running FoxPro holds beside its variables: settings, work areas, files, a transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

from counterfoil.foxpro.records.fields import Field
from tests.support.visual_foxpro.areas import Area
from tests.support.visual_foxpro.files import Files, Gate
from tests.support.visual_foxpro.values import FoxError

SETTINGS = {
    "DELETED": "OFF",
    "MULTILOCKS": "OFF",
    "SAFETY": "ON",
    "EXCLUSIVE": "ON",
    "EXACT": "OFF",
    "POINT": ".",
    "REPROCESS": 0.0,
}


class Session:
    """Settings begin as FoxPro's defaults are."""

    _held: ClassVar[set[Path]] = set()
    """Files that some session of this process has open for itself alone."""

    def __init__(
        self,
        now: Callable[[], datetime],
        version: int,
        gate: Gate,
        objects: Mapping[str, Callable[[], Any]],
    ) -> None:
        self.now = now
        self.version = version
        self.gate = gate
        self.objects = objects
        self.files = Files(gate)
        self.settings: dict[str, object] = dict(SETTINGS)
        self.error_handler: Callable[[], object] | None = None
        self.update_error: FoxError | None = None
        self.error: FoxError | None = None
        self.error_line = 0
        self.selected = ""
        self.areas: dict[str, Area] = {}
        self.transactable: set[str] = set()
        self.code_page = 1252
        self.made: tuple[Path, list[Field]] = (Path(), [])
        self.waiting: list[Callable[[], object]] | None = None
        """What END TRANSACTION will do; None outside a transaction."""

    def close(self) -> None:
        for alias in list(self.areas):
            self.close_area(alias)

    def area(self, alias: str = "") -> Area:
        name = (alias or self.selected).upper()
        if name not in self.areas:
            raise FoxError(13, f"Alias '{name}' is not found")
        return self.areas[name]

    def open_area(self, alias: str, file: str, *, exclusive: bool) -> None:
        path = self.files.path(file)
        if not path.is_file():
            raise FoxError(1, f"File '{file}' does not exist.")
        if path in self._held:
            raise FoxError(3, "File is in use")
        self.areas[alias.upper()] = Area(alias.upper(), path, exclusive=exclusive)
        if exclusive:
            self._held.add(path)

    def close_area(self, alias: str) -> None:
        area = self.areas.pop(alias.upper())
        if area.exclusive:
            self._held.discard(area.path)
        area.close()
        if self.selected == alias.upper():
            self.selected = ""

    def set_to(self, name: str, value: object) -> None:
        if type(value) is not type(SETTINGS[name]):
            raise FoxError(9, f"SET {name} does not take {value!r}")
        self.settings[name] = value

    def flush(self) -> None:
        self.gate("flush")
        for area in self.areas.values():
            area.flush()

    def unlock(self) -> None:
        for area in self.areas.values():
            area.unlock()

    def begin(self) -> None:
        self.waiting = []

    def commit(self) -> None:
        waiting, self.waiting = self.waiting or [], None
        self.gate("commit")
        for write in waiting:
            write()

    def roll_back(self) -> None:
        self.waiting = None
