"""What a person names on the command line: a profile, or a folder in which one company's tables lie."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from counterfoil.connectors.sagepro.profile import Profile, read_profile
from counterfoil.connectors.sagepro.records import SYSTEM_TABLE, TableName
from counterfoil.connectors.sagepro.system_table import read_system_table
from counterfoil.connectors.sagepro.translation import translated
from counterfoil.ports.errors import ConfigurationError

_CODE_LENGTH = 2


def site_profile(path: Path, company: str | None = None) -> Profile:
    """The profile in a file, or one with all defaults for a folder.

    Raises:
        ConfigurationError: it is neither, the company is not there, or one of several must be chosen.
        TransientError: the system table is held by another program.
    """
    if not path.is_dir():
        return _checked(read_profile(path), path, company)
    names = {child.name.casefold() for child in path.iterdir()}
    if f"{SYSTEM_TABLE}.dbf" in names:
        with translated():
            codes = sorted(set(_codes_of_system(path)))
        return _default(path, _chosen(path, codes, company), folders={})
    codes = sorted(set(_codes_of_names(names)))
    if not codes:
        raise ConfigurationError(
            f"{path} holds neither {SYSTEM_TABLE.upper()}.DBF nor a table of customers: name Sage Pro's"
            " system folder, the folder of the receivables, or a profile"
        )
    folders = {name.module: path for name in TableName}
    return _default(path, _chosen(path, codes, company), folders)


def _checked(profile: Profile, path: Path, company: str | None) -> Profile:
    if company is not None and company != profile.company:
        raise ConfigurationError(
            f"{path} is the profile of company {profile.company}, not of {company}: leave --company out"
        )
    return profile


def _codes_of_system(folder: Path) -> Iterator[str]:
    """The companies of the system table that have receivables and are not deleted."""
    module = TableName.DOCUMENTS.module
    for row in read_system_table(folder):
        if row.module == module and len(row.company) == _CODE_LENGTH and not row.is_deleted:
            yield row.company


def _codes_of_names(names: set[str]) -> Iterator[str]:
    table = TableName.CUSTOMERS.value
    for name in names:
        stem, _, ending = name.partition(".")
        if ending == "dbf" and stem.startswith(table) and len(stem) == len(table) + _CODE_LENGTH:
            yield stem[len(table) :].upper()


def _chosen(path: Path, codes: list[str], company: str | None) -> str:
    if company is not None:
        if company not in codes:
            raise ConfigurationError(
                f"{path} has no company {company}: choose one of {', '.join(codes) or 'none'}"
            )
        return company
    if len(codes) != 1:
        raise ConfigurationError(
            f"{path} has the companies {', '.join(codes) or 'none'}: name one with --company"
        )
    return codes[0]


def _default(path: Path, company: str, folders: dict[str, Path]) -> Profile:
    return Profile.model_validate(
        {"company": company, "system_folder": path, "folders": folders, "accounts": {"clearing": {}}}
    )
