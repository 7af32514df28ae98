"""Tables on network mounts are read; they are written only when the caller accepts that."""

from __future__ import annotations

from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest

from counterfoil.foxpro import Field, Table, create_table
from counterfoil.foxpro.containers.permission import Accepted, write_refusal
from counterfoil.foxpro.system.network import Mount, mount_of, parse_mounts, read_mount, windows_mount
from tests.unit.foxpro.test_windows import FakeWindows

MOUNTINFO = r"""
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw,errors=remount-ro
40 22 0:50 / /mnt/books rw,relatime shared:20 master:3 - cifs //server/books rw,vers=3.1.1,cache=strict,nobrl
41 22 0:51 / /mnt/the\040books rw,relatime - smb3 //server/books rw,cache=none
42 22 0:52 / /srv rw - nfs4 server:/srv rw,vers=4.2
43 42 0:53 / /srv/local rw - xfs /dev/sdb1 rw
44 22 0:54 / /over rw - nfs server:/x rw
45 22 0:55 / /over rw - tmpfs tmpfs rw
what is this line
"""
MOUNTS = list(parse_mounts(MOUNTINFO))


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/home/t.dbf", "ext4"),
        ("/mnt/books/ardata/t.dbf", "cifs"),
        ("/mnt/bookshelf/t.dbf", "ext4"),
        ("/mnt/the books/t.dbf", "smb3"),
        ("/srv/t.dbf", "nfs4"),
        ("/srv/local/t.dbf", "xfs"),
        ("/over/t.dbf", "tmpfs"),
    ],
)
def test_a_file_lies_on_the_nearest_mount(path: str, kind: str) -> None:
    mount = mount_of(Path(path), MOUNTS)
    assert mount
    assert mount.kind == kind


def test_the_options_of_mount_and_file_system_count() -> None:
    assert MOUNTS[1].options >= {"relatime", "nobrl", "cache=strict"}
    assert len(MOUNTS) == 7


def mounted(kind: str, *options: str) -> Mount:
    return Mount(Path("/mnt/books"), kind, frozenset(options))


@pytest.mark.parametrize("kind", ["ext4", "xfs", "btrfs", "overlay", "tmpfs", "zfs", "fuse.mergerfs"])
def test_disks_of_the_machine_are_written(kind: str) -> None:
    assert mounted(kind).refusal(accepted=False) is None


@pytest.mark.parametrize("kind", ["cifs", "smb3", "nfs", "nfs4", "9p", "fuse.sshfs"])
def test_network_mounts_are_written_only_when_they_are_accepted(kind: str) -> None:
    refusal = mounted(kind, "cache=strict").refusal(accepted=False)
    assert refusal
    assert refusal.startswith(f"it lies on a network mount ({kind} at /mnt/books)")
    assert "Run this on the file server, or accept network mounts" in refusal
    assert mounted(kind, "cache=strict").refusal(accepted=True) is None


@pytest.mark.parametrize("option", ["nobrl", "nolock", "local_lock=all", "cache=loose"])
def test_a_mount_that_hides_locks_or_changes_is_never_written(option: str) -> None:
    refusal = mounted("cifs", option).refusal(accepted=True)
    assert refusal
    assert f"with {option}, which hides locks or changes. Mount it without." in refusal


@pytest.mark.parametrize(
    ("path", "drive_type", "is_network"),
    [
        ("C:\\data\\t.dbf", 3, False),
        ("S:\\data\\t.dbf", 4, True),
        ("\\\\server\\share\\t.dbf", 3, True),
    ],
)
def test_windows_tells_remote_drives(path: str, drive_type: int, is_network: bool) -> None:
    mount = windows_mount(PureWindowsPath(path), FakeWindows().kernel(drive_type))
    assert mount.is_network is is_network


def test_this_machine_tells_where_a_file_lies(tmp_path: Path) -> None:
    mount = read_mount(tmp_path)
    assert mount
    assert PurePosixPath(tmp_path.resolve()).is_relative_to(mount.point)


def test_a_table_says_so(tmp_path: Path) -> None:
    create_table(tmp_path / "t.dbf", [Field("a", "C", 3)])
    with Table.open(tmp_path / "t.dbf", writable=True) as table:
        assert table.read_only_reason is None
        for accepted, start in ((Accepted(), "it lies on"), (Accepted(network_mounts=True), "None")):
            refusal = write_refusal(table.storage, None, mounted("cifs"), accepted)
            assert str(refusal).startswith(start)
