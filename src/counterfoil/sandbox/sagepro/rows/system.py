"""Rows of the system tables: modules with counters and folders, companies, code lists."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from counterfoil.sandbox.sagepro import parties
from counterfoil.sandbox.sagepro.rows.values import CURRENCY, Row
from counterfoil.sandbox.sagepro.structures.columns import Folder

DELETED_COMPANY = "99"
_DRIVE_AT = 60
"""The module's data folder stands in the columns 61 to 90 of drive; what stands before them is not known."""

_FOLDERS = {"AR": Folder.AR, "SO": Folder.SO, "IC": Folder.IC, "GL": Folder.GL}
_CODE_LISTS = {
    "SLSPERS": dict(parties.SALESPERSONS),
    "COMCODE": {
        "FAST": "Fasteners",
        "PLMB": "Plumbing",
        "ELEC": "Electrical",
        "TOOL": "Tools",
        "SAFE": "Safety",
        "CHRG": "Charges",
    },
    "ORDRSTAT": {"NEW": "Entered", "REL": "Released to the warehouse", "HLD": "On hold", "SHP": "Shipped"},
}


def _drive(folder: str) -> str:
    return " " * _DRIVE_AT + folder.upper() + "\\"


def in_folders(rows: Iterable[Row], folder_of: Callable[[Folder], str]) -> Iterator[Row]:
    """The rows of the modules with other folders; a deleted company's stay as they are."""
    for row in rows:
        module = str(row["sysid"])[:2]
        yield row if row["pass2"] else {**row, "drive": _drive(folder_of(_FOLDERS[module]))}


def module_rows(company: str, last_used: Mapping[str, int]) -> Iterator[Row]:
    """The company's modules, then those of a company that was deleted long ago."""
    for module, folder in _FOLDERS.items():
        yield {
            "sysid": f"{module}{company}",
            "int1": last_used.get(module, 0),
            "drive": _drive(folder.value),
        }
    for module in ("AR", "SO"):
        yield {
            "sysid": f"{module}{DELETED_COMPANY}",
            "int1": 500,
            "pass2": "DELETED",
            "drive": " " * _DRIVE_AT + f"OLD\\{module}DATA\\",
        }


def copy_rows(module: str, company: str, last_used: int) -> Iterator[Row]:
    """The company's own copy of a module's counter."""
    yield {"sysid": f"{module}{company}", "int1": last_used}


def code_rows(company: str) -> Iterator[Row]:
    for rule, codes in _CODE_LISTS.items():
        for code, name in codes.items():
            yield {"compid": company, "ruleid": rule, "chrvl": code, "descrip": name}


def company_rows(company: str) -> Iterator[Row]:
    yield {"compid": company, "currid": CURRENCY, "usdcurr": CURRENCY, "company": "Northwoods Supply Company"}
