"""Which program a table is of, as its first byte says; which field types each kind of table has.

The bytes and their names are from Microsoft's "Table File Structure" and, for other programs, from Erik
Bachmann's list of xBase formats; those of the kinds that are read here were seen in files.
"""

from __future__ import annotations

from counterfoil.foxpro.errors import TableFormatError

FOX2, FOX2_MEMO, VFP, VFP_AUTOINCREMENT, VFP_VARCHAR = 0x03, 0xF5, 0x30, 0x31, 0x32
VFP_VERSIONS = frozenset({VFP, VFP_AUTOINCREMENT, VFP_VARCHAR})
VERSIONS = {
    FOX2: "FoxPro 2 or dBASE III without memos",
    FOX2_MEMO: "FoxPro 2 with memos",
    VFP: "Visual FoxPro",
    VFP_AUTOINCREMENT: "Visual FoxPro 8 or newer, with autoincrement",
    VFP_VARCHAR: "Visual FoxPro 9, with variable text or pictures",
}
"""The kinds of table that are read and written here."""

OTHERS = {
    0x02: "FoxBASE or dBASE II",
    0x04: "dBASE 7",
    0x05: "dBASE 5",
    0x07: "Visual Objects",
    0x43: "dBASE IV SQL",
    0x63: "dBASE IV SQL, a system file",
    0x7B: "dBASE IV with memos",
    0x83: "dBASE III or FoxBASE+ with memos",
    0x87: "Visual Objects with memos",
    0x8B: "dBASE IV with memos",
    0x8C: "dBASE 7 with memos",
    0x8E: "dBASE IV SQL",
    0xCB: "dBASE IV SQL with memos",
    0xE5: "SIx or HiPer-Six with memos",
    0xF6: "FlagShip with memos",
    0xFB: "FoxBASE with memos",
}

TYPES = {
    FOX2: frozenset("CNFDL"),
    FOX2_MEMO: frozenset("CNFDLMGP"),
    VFP: frozenset("CNFDLIBYTMGP"),
    VFP_AUTOINCREMENT: frozenset("CNFDLIBYTMGP"),
    VFP_VARCHAR: frozenset("CNFDLIBYTMGPVQW"),
}
"""The field types that a new table of each kind may have."""


def check_version(version: int, table: str) -> None:
    """Raise TableFormatError for a table that is not read here, with what it is and what to do."""
    if version in VERSIONS:
        return
    if version in OTHERS:
        raise TableFormatError(
            table,
            f"this is no FoxPro table but one of {OTHERS[version]} (version 0x{version:02X});"
            " open it in FoxPro and COPY it TO a new table, then use that",
        )
    raise TableFormatError(
        table,
        f"this is no FoxPro table: its first byte 0x{version:02X} names no known program;"
        " it is damaged, encrypted as a whole, or another kind of file",
    )
