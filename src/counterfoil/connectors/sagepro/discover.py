"""Finds one company's tables, and says what of them does not fit."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath

from counterfoil.connectors.sagepro.company_lock import FOLDER
from counterfoil.connectors.sagepro.profile import Profile
from counterfoil.connectors.sagepro.records import FURTHER_TABLES, POSTING_TABLES, SYSTEM_TABLE, TableName
from counterfoil.connectors.sagepro.system_table import read_system_table, walk
from counterfoil.connectors.sagepro.tables import OpenTables, TableOpener
from counterfoil.connectors.sagepro.translation import translate, translated
from counterfoil.foxpro.containers.permission import Accepted, write_refusal
from counterfoil.foxpro.errors import BusyError, FoxProError, TableMissingError
from counterfoil.foxpro.files.table_file import find_file
from counterfoil.foxpro.system.network import read_mount
from counterfoil.foxpro.table import Table
from counterfoil.ports.errors import ConfigurationError


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where one company's tables lie."""

    paths: Mapping[TableName, Path]

    company: str

    @property
    def own_folder(self) -> Path:
        """Our own files of the company; several companies may have their receivables in one folder."""
        return self.paths[TableName.DOCUMENTS].parent / FOLDER / self.company


def locate_tables(profile: Profile, names: Collection[TableName] = POSTING_TABLES) -> Places:
    """The paths of the company's tables, through the system table and the profile; none is opened.

    Raises:
        ConfigurationError: a module's folder is unknown or does not exist, or the books are no folders.
        TransientError: the system table is held by another program.
    """
    if profile.database is not None:
        raise ConfigurationError(
            f"company {profile.company} lies in the database {profile.database.company_db}, and this reads"
            " folders of FoxPro tables alone: it is not built for the SQL Server edition yet"
        )
    modules = {name.module for name in names}
    missing = modules - set(profile.folders)
    folders = dict(profile.folders)
    if missing:
        with translated():
            folders |= {module: _module_folder(profile, module) for module in sorted(missing)}
    return Places(
        company=profile.company,
        paths={
            name: _existing(folders[name.module], name.module) / f"{name.value}{profile.company}.dbf"
            for name in names
        },
    )


def module_folders(profile: Profile) -> Mapping[str, Path]:
    """The folders of all modules of the company, as far as they are known and exist on this machine.

    Raises:
        TransientError: the system table is held by another program.
    """
    with translated():
        try:
            rows = read_system_table(profile.system_folder, profile.code_page)
        except BusyError:
            raise
        except FoxProError:
            rows = []
    found = dict(profile.folders)
    for row in rows:
        if row.company == profile.company and not row.is_deleted and row.module not in found:
            try:
                found[row.module] = _resolve(profile, row.module, row.written)
            except ConfigurationError:
                continue
    return {module: folder for module, folder in found.items() if folder.is_dir()}


def locate_further(profile: Profile) -> Mapping[TableName, Path]:
    """The paths of the tables that only some postings need, as far as the site has them.

    A module whose folder nobody knows leaves its tables out: what needs them is refused and says so.

    Raises:
        TransientError: the system table is held by another program.
    """
    found: dict[TableName, Path] = {}
    for module in sorted({name.module for name in FURTHER_TABLES} - {TableName.SYSTEM.module}):
        try:
            found |= locate_tables(profile, [name for name in FURTHER_TABLES if name.module == module]).paths
        except ConfigurationError:
            continue
    found[TableName.SYSTEM] = profile.system_folder / f"{SYSTEM_TABLE}.dbf"
    return {**{name: path for name, path in found.items() if _is_there(path)}, **_own_tables(profile)}


def _own_tables(profile: Profile) -> Mapping[TableName, Path]:
    """Tables of the site's own: with the company's code in their name, or without; a missing one is told of.

    Raises:
        ConfigurationError: a module's folder is unknown or does not exist.
    """
    found: dict[TableName, Path] = {}
    for row in profile.own_rows:
        with translated():
            folder = profile.folders.get(row.module) or _module_folder(profile, row.module)
        path = _existing(folder, row.module) / f"{row.table}{profile.company}.dbf"
        plain = path.with_name(f"{row.table}.dbf")
        found[TableName.own(row.table)] = plain if not _is_there(path) and _is_there(plain) else path
    return found


def survey_site(opener: TableOpener, *, writable: bool = True) -> tuple[str, ...]:
    """Every table, column and tag that is missing or unfit, with what to do; empty where all is well.

    Where it is not to be `writable`, tables are opened for reading alone; the same is told.

    Raises:
        TransientError: a table is held by another program.
    """
    return tuple(_problems(opener, writable=writable))


def require_fit(opener: TableOpener) -> None:
    """Raises ConfigurationError with everything that `survey_site` finds."""
    problems = survey_site(opener)
    if problems:
        raise ConfigurationError(
            f"company {opener.profile.company} cannot be posted to: {'; '.join(problems)}"
        )


def require_no_receipts_of_ours(opener: TableOpener, accepted: Collection[str] = ()) -> None:
    """For a company without a posting ledger: receipts that we posted must have one, or they come twice.

    Those whose markers a person accepted are known all the same.

    Raises:
        ConfigurationError: the cash table holds other rows of ours.
        TransientError: the table is held by another program.
    """
    user = opener.profile.user
    with translated(), OpenTables(opener, writable=False) as tables:
        bound = tables.bound(TableName.CASH)
        records = tables.table(TableName.CASH).records()
        rows = (bound.parse(record.recno, record.values) for record in records)
        ours = (row for row in rows if user in {row.text("user"), row.text("added_by")})
        if any(row.text("reference") not in accepted for row in ours):
            raise ConfigurationError(
                f"table {bound.file} holds receipts that Counterfoil posted (user {user}), but the posting"
                " ledger that tells which payments they are is missing: put the folder"
                f" {FOLDER}/{opener.profile.company} back, from the same backup as the tables. If it is lost"
                " for good, compare the receipts with PayTrace and accept them with counterfoil sagepro"
                " restored, or give another user in the profile"
            )


def _problems(opener: TableOpener, *, writable: bool) -> Iterator[str]:
    with OpenTables(opener, writable=writable) as tables:
        for name in (*POSTING_TABLES, *opener.profile.own_tables):
            try:
                yield from tables.missing_tags(name)
                reason = refusal_of(tables.table(name), opener.profile, writable=writable)
                if reason:
                    yield f"table {tables.table(name).name} cannot be written: {reason}"
            except BusyError as error:
                raise translate(error) from error
            except (FoxProError, ConfigurationError) as error:
                yield str(error)


def refusal_of(table: Table, profile: Profile, *, writable: bool) -> str | None:
    """Why rows could not be written; a table that is open for reading is asked what it would answer."""
    if writable:
        return table.read_only_reason
    mount = read_mount(table.storage.path)
    reason = write_refusal(table.storage, table.membership, mount, Accepted(profile.container_tables))
    return reason or next(iter(table.index.refusals if table.index else ()), None)


def _module_folder(profile: Profile, module: str) -> Path:
    """What the system table says about one module of the company."""
    wanted = f"{module}{profile.company}"
    rows = read_system_table(profile.system_folder, profile.code_page)
    row = next((row for row in rows if f"{row.module}{row.company}" == wanted), None)
    if row is None:
        raise ConfigurationError(
            f"the system table in {profile.system_folder} has no row {wanted}: check company in the profile,"
            f" or name the folder under folders.{module}"
        )
    if row.is_deleted:
        raise ConfigurationError(f"company {profile.company} is marked as deleted in Sage Pro ({wanted})")
    return _resolve(profile, module, row.written)


def _resolve(profile: Profile, module: str, written: str) -> Path:
    """A folder as Sage Pro writes it, on this machine: relative to the system folder, or on a drive."""
    for drive, folder in profile.drives.items():
        if written.upper().startswith(drive.upper()):
            return walk(folder, written[len(drive) :])
    if Path(written).is_absolute():
        return Path(written)
    if PureWindowsPath(written).anchor:
        raise ConfigurationError(
            f"the system table puts module {module} into {written}, which is not on this machine: say where"
            f" the drive is under drives in the profile, or name the folder under folders.{module}"
        )
    return walk(profile.system_folder, written)


def _existing(folder: Path, module: str) -> Path:
    if not folder.is_dir():
        raise ConfigurationError(
            f"the folder {folder} of module {module} does not exist: name the right one under"
            f" folders.{module}"
        )
    return folder


def _is_there(path: Path) -> bool:
    try:
        find_file(path)
    except TableMissingError:
        return False
    return True
