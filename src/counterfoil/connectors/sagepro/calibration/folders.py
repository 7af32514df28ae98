"""A company's FoxPro tables as snapshots are taken of them: in place, read-only, shared, without a lock."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from typing_extensions import override

from counterfoil.connectors.sagepro.calibration.row_formats import RecordFormat
from counterfoil.connectors.sagepro.calibration.snapshot import Numbered, Source
from counterfoil.connectors.sagepro.calibration.taking import CompanyTables, Kept
from counterfoil.connectors.sagepro.discover import locate_tables, module_folders
from counterfoil.connectors.sagepro.discovery.cards import card_columns
from counterfoil.connectors.sagepro.discovery.tables import open_table
from counterfoil.connectors.sagepro.profile import Profile
from counterfoil.connectors.sagepro.translation import translated
from counterfoil.foxpro.records.record import DELETED_FLAG
from counterfoil.foxpro.table import Table
from counterfoil.ports.errors import ConfigurationError

_ENDING = ".dbf"


class FolderTables(CompanyTables):
    """The tables of the company and of the system folder by their names without the company's code."""

    def __init__(self, profile: Profile) -> None:
        """Looks for the tables; none is opened.

        Raises:
            ConfigurationError: a folder is unknown or does not exist.
            TransientError: the system table is held by another program.
        """
        self._profile = profile
        found = {path.parent for path in locate_tables(profile).paths.values()}
        self._folders = sorted(found | set(module_folders(profile).values()))
        with translated():
            self._paths = dict(self._found())

    @property
    @override
    def names(self) -> Sequence[str]:
        return tuple(self._paths)

    @override
    def require_outside(self, file: Path) -> None:
        folders = (*self._folders, self._profile.system_folder)
        if any(file.resolve().is_relative_to(folder.resolve()) for folder in folders):
            raise ConfigurationError(
                f"{file} lies in the site, where nothing is written: name a file elsewhere"
            )

    @contextmanager
    @override
    def read(self, name: str) -> Iterator[Kept]:
        with translated(), self._open(name) as table:
            form = _format(table, card_columns(table))
            source = Source(name=name, file=table.name, format=form, unread=tuple(sorted(form.hidden)))
            yield source, _kept(table, form)

    @override
    def structures(self, names: Collection[str]) -> Mapping[str, str]:
        """From the headers alone."""
        found = {}
        for name in self._paths:
            if name in names:
                with translated(), self._open(name) as table:
                    found[name] = _format(table).structure
        return found

    def _open(self, name: str) -> Table:
        return open_table(self._paths[name], self._profile.code_page)

    def _found(self) -> Iterator[tuple[str, Path]]:
        """The company's tables, then those of the system folder; the first of each name counts."""
        ending = f"{self._profile.company}{_ENDING}".casefold()
        seen: set[str] = set()
        for path in (path for folder in self._folders for path in sorted(folder.iterdir())):
            name = path.name[: -len(ending)].lower()
            if path.name.casefold().endswith(ending) and name and name not in seen:
                seen.add(name)
                yield name, path
        if self._profile.system_folder.is_dir():
            for path in sorted(self._profile.system_folder.iterdir()):
                name = path.stem.lower()
                if path.suffix.casefold() == _ENDING and name.startswith("sy") and name not in seen:
                    yield name, path


def _format(table: Table, hidden: frozenset[str] = frozenset()) -> RecordFormat:
    storage = table.storage
    return RecordFormat(table.name, storage.code_page, storage.header.fields, hidden)


def _kept(table: Table, form: RecordFormat) -> Iterator[Numbered]:
    """The live rows, without what is not read and without what memos point to."""
    spans = [
        slice(field.offset, field.end) for field in form.fields if field.name in form.hidden or field.is_memo
    ]
    for recno, raw in table.storage.raws():
        if raw[0] == DELETED_FLAG:
            continue
        blanked = bytearray(raw)
        for span in spans:
            blanked[span] = b" " * (span.stop - span.start)
        yield recno, bytes(blanked)
