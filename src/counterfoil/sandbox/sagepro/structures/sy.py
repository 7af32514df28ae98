"""System tables: modules with their counters and folders, companies, code lists."""

from __future__ import annotations

from counterfoil.sandbox.sagepro.structures.columns import Draft, Folder, inferred, proposed

SYSDATA = Draft(
    "sysdata",
    Folder.SYSTEM,
    "One row for each module of each company: last number used, and the module's data folder in drive 61-90.",
    (inferred("TW", "sysid C12, int1 N10, pass2 C10"), inferred("ARIA", "drive C90, str5 C10")),
    (proposed("own", "sysid: sysid"),),
)


def _copy(module: str, folder: Folder) -> Draft:
    """The company's own copy of a module's row; its folder stands in the system table alone."""
    return Draft(
        f"{module}sysd",
        folder,
        "The company's own copy of the module's counter in sysdata.",
        (inferred("TW", "sysid C12, int1 N10, pass2 C10"),),
        (proposed("own", "sysid: sysid"),),
    )


COPIES = (_copy("ar", Folder.AR), _copy("so", Folder.SO), _copy("ic", Folder.IC))
"""Verified for SO and IC on the SQL Server edition; that the FoxPro edition has them is inferred."""

SYCRLST = Draft(
    "sycrlst",
    Folder.SYSTEM,
    "Code lists: salespersons, commodity codes, order statuses.",
    (inferred("NP", "compid C10, ruleid C8, chrvl C10, descrip C35"),),
    (proposed("own", "ruleid: ruleid+chrvl"),),
)

SYCCOMP = Draft(
    "syccomp",
    Folder.SYSTEM,
    "Companies with their base currency.",
    (inferred("TW", "compid C10, currid C3, usdcurr C3"), proposed("own", "company C35")),
    (proposed("own", "compid: compid"),),
)

DRAFTS = (SYSDATA, *COPIES, SYCRLST, SYCCOMP)
