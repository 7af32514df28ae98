"""Which database container a table belongs to, and whether the table may be written beside its rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PureWindowsPath

from counterfoil.foxpro.containers.container import (
    Container,
    ContainerRow,
    ContainerTable,
    parse_container,
    parse_properties,
    with_long_names,
)
from counterfoil.foxpro.errors import FieldError, StorageError, TableFormatError, TableMissingError
from counterfoil.foxpro.files.table_file import find_file
from counterfoil.foxpro.files.table_storage import TableStorage
from counterfoil.foxpro.records.record import DELETED_FLAG, RecordCodec

COLUMNS = frozenset({"objectid", "parentid", "objecttype", "objectname", "property", "code", "riinfo"})


class ContainerUse(StrEnum):
    """What the caller knows of a container's table that it wants to write."""

    NO_RULES = "no-rules"
    """FoxPro checks and fills in nothing there; where it does after all, the table stays read-only."""
    RULES_BYPASSED = "rules-bypassed"
    """FoxPro does, and the caller does the same or can do without."""


@dataclass(frozen=True, slots=True)
class Membership:
    """The container of one table; without `table`, short names are used and nothing is written."""

    backlink: str
    path: Path | None = None
    table: ContainerTable | None = None
    problem: str = ""

    def unwritable_reason(self, uses: Mapping[str, ContainerUse]) -> str | None:
        """Why rows must not be written; None where the caller listed the table with the right word."""
        if self.table is None:
            return f"it belongs to the database {self.backlink}, but {self.problem}"
        duties = "; ".join(self.table.duties())
        use = {name.lower(): use for name, use in uses.items()}.get(self.table.name)
        if use is None:
            does = f"FoxPro applies {duties}" if duties else "no rule is known of it"
            word = ContainerUse.RULES_BYPASSED if duties else ContainerUse.NO_RULES
            return (
                f"it belongs to the database {self.backlink} ({does}). "
                f"To write it all the same, list {self.table.name} as {word.value!r}."
            )
        if duties and use is ContainerUse.NO_RULES:
            return (
                f"it is listed as {use.value!r}, but FoxPro applies {duties}. To write it without them, "
                f"list {self.table.name} as {ContainerUse.RULES_BYPASSED.value!r}."
            )
        return None


def read_container(path: Path) -> Container:
    """Everything in a container, read as the table that it is; no lock is taken."""
    with TableStorage(path, writable=False) as storage:
        if not {field.name for field in storage.header.fields} >= COLUMNS:
            raise TableFormatError(storage.name, "is no database container; its columns are others")
        return parse_container(storage.name, _rows(storage))


def join(storage: TableStorage) -> Membership | None:
    """Find the container of an opened table and give its fields their long names; None for a free table."""
    backlink = storage.header.backlink
    if not backlink:
        return None
    try:
        path = find_from(storage.path.parent, backlink)
        table = _listed(read_container(path), path.parent, storage.path)
    except TableMissingError:
        return Membership(backlink, problem="that file is not where the table says. Put it there.")
    except (TableFormatError, FieldError, StorageError) as error:
        return Membership(backlink, problem=f"it cannot be read: {error}")
    fields = with_long_names(storage.header.fields, [field.name for field in table.fields]) if table else None
    if fields is None:
        return Membership(
            backlink, path, problem="it knows the table not or with other fields. Validate it in FoxPro."
        )
    storage.rename_fields(fields)
    return Membership(backlink, path, table)


def find_from(folder: Path, written: str) -> Path:
    """The file that a path as FoxPro writes it means, from a folder on, in whatever case it is written."""
    windows = PureWindowsPath(written)
    if windows.anchor and Path(written).anchor != windows.anchor:
        raise TableMissingError(written, "database container")
    found = Path(written) if windows.anchor else folder
    for part in () if windows.anchor else windows.parts:
        found = found.parent if part == ".." else find_file(found / part, "database container")
    return find_file(found, "database container")


def _listed(container: Container, folder: Path, path: Path) -> ContainerTable | None:
    """The entry that means the table's file."""
    for table in container.tables:
        if PureWindowsPath(table.file).name.casefold() == path.name.casefold():
            try:
                if find_from(folder, table.file).samefile(path):
                    return table
            except TableMissingError:
                continue
    return None


def _rows(storage: TableStorage) -> Iterator[ContainerRow]:
    codec = RecordCodec(storage.name, storage.header.fields, storage.code_page)
    for recno, raw in storage.raws():
        if raw[0] == DELETED_FLAG:
            continue
        values = codec.decode(raw, recno)
        properties = parse_properties(_memo(storage, values["property"]), storage.name, storage.code_page)
        yield ContainerRow(
            number=_number(values["objectid"]),
            parent=_number(values["parentid"]),
            kind=str(values["objecttype"]).strip().lower(),
            name=str(values["objectname"]).strip(),
            properties=properties,
            has_code=bool(values["code"]),
            integrity=str(values["riinfo"] or "").rstrip().upper(),
        )


def _memo(storage: TableStorage, block: object) -> bytes:
    return storage.memo.read(_number(block)) if storage.memo else b""


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
