"""What the system says when it does not open, read, write or lock a file, in words that say what to do."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from counterfoil.foxpro import Field, Table, create_table
from counterfoil.foxpro.errors import DiskFullError, FoxProError, StorageError, TableBusyError
from counterfoil.foxpro.files.table_file import opening_error, storage_error
from tests.support import children

PATH = Path("arcust01.dbf")
NOBODY = 65534


def refusal(number: int) -> OSError:
    return OSError(number, os.strerror(number))


@pytest.mark.parametrize("number", [errno.EBUSY, errno.ETXTBSY])
def test_a_sharing_violation_is_exclusive_use_by_another_program(number: int) -> None:
    error = opening_error(PATH, refusal(number), writable=True)
    assert isinstance(error, TableBusyError)
    assert str(error).startswith("arcust01.dbf: the file is in exclusive use by another program. Try again")


@pytest.mark.parametrize(
    ("number", "writable", "words"),
    [
        (errno.EROFS, True, "the folder is mounted read-only"),
        (errno.EACCES, True, "this account may not read and write it"),
        (errno.EPERM, True, "this account may not read and write it"),
        (errno.EACCES, False, "this account may not read it"),
        (errno.EIO, True, "Check permissions and the disk"),
    ],
)
def test_a_file_that_may_not_be_opened_says_what_to_give(number: int, writable: bool, words: str) -> None:
    error = opening_error(PATH, refusal(number), writable=writable)
    assert type(error) is StorageError
    assert words in str(error)


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.EACCES, TableBusyError),
        (errno.ENOSPC, DiskFullError),
        (errno.EDQUOT, DiskFullError),
        (errno.EIO, StorageError),
    ],
)
def test_a_refusal_of_an_open_file_is_a_lock_of_another_program_or_the_disk(
    number: int, kind: type[FoxProError]
) -> None:
    assert type(storage_error(PATH, refusal(number))) is kind


def test_a_folder_of_the_tables_name_is_no_table(tmp_path: Path) -> None:
    (tmp_path / "t.dbf").mkdir()
    with pytest.raises(StorageError, match="a folder or a device"):
        Table.open(tmp_path / "t.dbf")


def as_nobody(work: Callable[[], None]) -> None:
    """Do the work as an account without rights; the superuser may write everything."""

    def without_rights() -> None:
        if os.geteuid() == 0:
            os.seteuid(NOBODY)
        work()

    assert children.wait(children.start(without_rights)) == 0


def test_a_table_without_the_right_to_write_opens_for_reading() -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        path = Path(folder) / "t.dbf"
        create_table(path, [Field("a", "C", 3)], rows=[{"a": "x"}])
        path.chmod(0o444)

        def work() -> None:
            with pytest.raises(StorageError, match="this account may not read and write it"):
                Table.open(path, writable=True)
            with Table.open(path) as table:
                assert table.read(1)["a"] == "x"

        as_nobody(work)
