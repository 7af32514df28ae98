"""Visual FoxPro tables, read and written in place: records, memos, index tags, locks and transactions.

Needs nothing but Python and typing_extensions. How to use it: docs/howto/foxpro-tables-from-python.md.
"""

from __future__ import annotations

from counterfoil.foxpro.checking.table_check import check_table, table_findings
from counterfoil.foxpro.containers.membership import ContainerUse
from counterfoil.foxpro.containers.permission import Accepted
from counterfoil.foxpro.creation import create_table
from counterfoil.foxpro.description import describe_table
from counterfoil.foxpro.errors import (
    BusyError,
    FieldError,
    FoxProError,
    IndexDamagedError,
    KeyExistsError,
    ReadOnlyTableError,
    StorageError,
    TableFormatError,
    TableMissingError,
    UnfinishedError,
    VerificationError,
)
from counterfoil.foxpro.files.table_locks import Patience
from counterfoil.foxpro.index.findings import Finding
from counterfoil.foxpro.index.index_file import TagSpec
from counterfoil.foxpro.index.reindex import Reindexed, reindex
from counterfoil.foxpro.records.fields import Counter, Field, NoValue, Value
from counterfoil.foxpro.records.record import Record
from counterfoil.foxpro.table import Table
from counterfoil.foxpro.transactions.journal import Journal
from counterfoil.foxpro.transactions.operations import (
    Add,
    Append,
    Busy,
    Deferred,
    GuardFailed,
    Outcome,
    Posting,
    Refused,
    Set,
    Sum,
    Written,
)
from counterfoil.foxpro.transactions.recovery import Quarantined, RolledForward, recover
from counterfoil.foxpro.transactions.transaction import write_group

__all__ = [
    "Accepted",
    "Add",
    "Append",
    "Busy",
    "BusyError",
    "ContainerUse",
    "Counter",
    "Deferred",
    "Field",
    "FieldError",
    "Finding",
    "FoxProError",
    "GuardFailed",
    "IndexDamagedError",
    "Journal",
    "KeyExistsError",
    "NoValue",
    "Outcome",
    "Patience",
    "Posting",
    "Quarantined",
    "ReadOnlyTableError",
    "Record",
    "Refused",
    "Reindexed",
    "RolledForward",
    "Set",
    "StorageError",
    "Sum",
    "Table",
    "TableFormatError",
    "TableMissingError",
    "TagSpec",
    "UnfinishedError",
    "Value",
    "VerificationError",
    "Written",
    "check_table",
    "create_table",
    "describe_table",
    "recover",
    "reindex",
    "table_findings",
    "write_group",
]
