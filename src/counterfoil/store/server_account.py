"""Under which account PostgreSQL's programs run: started as root they refuse."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from counterfoil.store.errors import ServerAccountError

NAMESPACE = ("--user", "--map-user=1000", "--map-group=1000")
CANDIDATES = ("counterfoil", "postgres", "nobody")

ADVICE = (
    "start Counterfoil as an ordinary user, or allow user namespaces (sysctl user.max_user_namespaces), "
    "or give the URL of a PostgreSQL server of your own"
)


@dataclass(frozen=True, slots=True)
class Account:
    """How a program is started so that it does not see itself as root."""

    prefix: tuple[str, ...] = ()
    """Words in front of the program."""
    uid: int | None = None
    """The account to change to and to own the files; None: the caller's own."""
    gid: int | None = None

    def own(self, path: Path) -> None:
        """Gives a file or folder of ours to the account."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)


OURSELVES = Account()


def namespace_account() -> Account | None:
    """Root's own files, seen from a user namespace as number 1000; None where that is forbidden."""
    program = shutil.which("unshare")
    if program is None:
        return None
    prefix = (program, *NAMESPACE)
    probe = subprocess.run([*prefix, "true"], capture_output=True, check=False)  # noqa: S603 - constant words
    return Account(prefix=prefix) if probe.returncode == 0 else None


def may_enter(folder: Path, uid: int, gid: int) -> bool:
    """Whether the account may pass through a folder, by its mode bits."""
    status = folder.stat()
    if status.st_uid == uid:
        return bool(status.st_mode & 0o100)
    if status.st_gid == gid:
        return bool(status.st_mode & 0o010)
    return bool(status.st_mode & 0o001)


def find_closed_folder(paths: Sequence[Path], uid: int, gid: int) -> Path | None:
    """The first folder above the paths that the account may not pass; it is never opened for it."""
    for path in paths:
        for folder in reversed(path.resolve().parents):
            if folder.exists() and not may_enter(folder, uid, gid):
                return folder
    return None


def unprivileged_account(paths: Sequence[Path], candidates: Sequence[str] = CANDIDATES) -> Account:
    """An existing account other than root that can reach all paths."""
    import pwd  # noqa: PLC0415 - not on Windows, where nothing comes here

    known = {entry.pw_name: entry for entry in pwd.getpwall() if entry.pw_uid != 0}
    found = next((known[name] for name in candidates if name in known), None)
    if found is None:
        raise ServerAccountError(
            f"PostgreSQL does not run as root, user namespaces are forbidden here, and none of the accounts "
            f"{', '.join(candidates)} exists: {ADVICE}"
        )
    closed = find_closed_folder(paths, found.pw_uid, found.pw_gid)
    if closed is not None:
        raise ServerAccountError(
            f"PostgreSQL does not run as root and the account {found.pw_name} may not enter {closed}: "
            f"{ADVICE}; or put the data folder where {found.pw_name} can reach it"
        )
    return Account(uid=found.pw_uid, gid=found.pw_gid)


def choose_account(*paths: Path) -> Account:
    """The way to run PostgreSQL here so that it can use the paths."""
    if sys.platform == "win32" or os.geteuid() != 0:
        return OURSELVES
    return namespace_account() or unprivileged_account(paths)
