"""A workspace of flows in git: what is saved, by whom and why; read and written without hooks.

Neither the git program nor a repository's own configuration has a say in it, save the address of its remote.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from dulwich.index import commit_tree, index_entry_from_stat
from dulwich.object_store import iter_tree_contents
from dulwich.objects import Blob, Commit, ObjectID, TreeEntry
from dulwich.refs import HEADREF, Ref
from dulwich.repo import Repo

from counterfoil.flows.paths import README, Part, belongs
from counterfoil.ports.clock import Clock
from counterfoil.store.git_folder import DAMAGES, RepositoryError, damaged, require_plain

FILES_MAX = 5_000
BYTES_MAX = 40_000_000
"""Of one file."""
ALL_BYTES_MAX = 200_000_000
"""Of all files together."""
ENTRIES_MAX = 100_000
"""Files and folders of a commit, those beside the workspace included."""
PERSON_MAX = 100
_MAIN = Ref(b"refs/heads/main")
_FILE, _FILE_KINDS = 0o100644, (0o100644, 0o100755)
_REVISION = re.compile(r"[0-9a-f]{4,40}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """One commit."""

    id: str
    by: str
    at: datetime
    message: str


class FlowRepository:
    """The repository that lies in a folder.

    Raises, when opened:
        RepositoryError: there is none.
    """

    def __init__(self, folder: Path, clock: Clock) -> None:
        self.folder = folder
        self._clock = clock
        require_plain(folder)

    @classmethod
    def create(cls, folder: Path, files: Mapping[str, str], clock: Clock) -> FlowRepository:
        """Writes the files into a new or empty folder that becomes a repository; nothing is saved yet.

        Raises:
            RepositoryError: the folder holds something already.
        """
        if folder.exists() and any(folder.iterdir()):
            raise RepositoryError(f"{folder} is not empty")
        folder.mkdir(parents=True, exist_ok=True)
        with closing(Repo.init(str(folder), default_branch=b"main")):
            pass
        for part in Part:
            (folder / part.value).mkdir()
        made = cls(folder, clock)
        made.write(files)
        return made

    def files(self) -> dict[str, str]:
        """The files as they lie in the folder now.

        Raises:
            RepositoryError: something lies there that has no place in a workspace.
        """
        return dict(self._lying())

    def files_at(self, revision: str) -> dict[str, str]:
        """The files as a commit has them.

        Raises:
            RepositoryError: no such commit, or a file of it cannot be used.
        """
        with self.open_git() as repo:
            return files_of(repo, ObjectID(self._resolve(repo, revision).encode()))

    def resolve(self, revision: str) -> str:
        """The full name of a commit.

        Raises:
            RepositoryError: there is none of that name, or several.
        """
        with self.open_git() as repo:
            return self._resolve(repo, revision)

    def head(self) -> str | None:
        """The newest commit; None where nothing was saved yet."""
        with self.open_git() as repo:
            tip = tip_of(repo)
            return tip.decode() if tip else None

    def history(self) -> list[Saved]:
        """The commits, newest first."""
        with self.open_git() as repo:
            tip = tip_of(repo)
            return [_saved(entry.commit) for entry in repo.get_walker([tip])] if tip else []

    def find(self, commit: str) -> Saved:
        with self.open_git() as repo:
            return _saved(_commit(repo, ObjectID(commit.encode())))

    def save(self, files: Mapping[str, str], *, by: str, message: str) -> str | None:
        """Commits the files; None where they are what was saved last.

        Raises:
            RepositoryError: name or message cannot be used, or somebody else saved meanwhile.
        """
        with self.open_git() as repo:
            tip = tip_of(repo)
            blobs = {path: Blob.from_string(text.encode()) for path, text in files.items()}
            repo.object_store.add_objects([(blob, None) for blob in blobs.values()])
            entries = [(path.encode(), blob.id, _FILE) for path, blob in blobs.items()]
            tree = commit_tree(repo.object_store, [*entries, *_others(repo, tip)])
            if tip and _commit(repo, tip).tree == tree:
                return None
            commit = self._commit(tree, tip, by=by, message=message)
            repo.object_store.add_object(commit)
            if not move_tip(repo, tip, commit.id):
                raise RepositoryError("somebody else saved meanwhile: look at the history, then save again")
            self._index(repo, blobs)
            return commit.id.decode()

    def write(self, files: Mapping[str, str]) -> None:
        """Writes files into the folder; others stay as they are."""
        for path, text in files.items():
            target = self._safe(path)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(text.encode())

    def take_over(self, before: Mapping[str, str], after: Mapping[str, str]) -> None:
        """Makes the folder what another commit has, where it was what the one before had."""
        for path in before.keys() - after.keys():
            self._safe(path).unlink(missing_ok=True)
        self.write(after)
        with self.open_git() as repo:
            self._index(repo, {path: Blob.from_string(text.encode()) for path, text in after.items()})

    @contextmanager
    def open_git(self) -> Iterator[Repo]:
        """The repository, for as long as the block lasts."""
        try:
            with closing(Repo(str(self.folder))) as repo:
                yield repo
        except DAMAGES as error:
            raise damaged(self.folder, error) from error

    def _resolve(self, repo: Repo, revision: str) -> str:
        tip = tip_of(repo)
        if revision == "HEAD" and tip:
            return tip.decode()
        if _REVISION.fullmatch(revision):
            known = [entry.commit.id.decode() for entry in repo.get_walker([tip])] if tip else []
            found = [commit for commit in known if commit.startswith(revision)]
            if len(found) == 1:
                return found[0]
            if found:
                raise RepositoryError(f"several commits begin with {revision}: give more of it")
        raise RepositoryError(f"no commit {revision[:PERSON_MAX]!r} in {self.folder}")

    def _commit(self, tree: ObjectID, parent: ObjectID | None, *, by: str, message: str) -> Commit:
        person = " ".join(by.split())
        if not person or len(person) > PERSON_MAX or not person.isprintable() or set(person) & set("<>"):
            raise RepositoryError(f"a name has 1 to {PERSON_MAX} signs, none of them < or >")
        if not message.strip() or "\x00" in message:
            raise RepositoryError("a message says why")
        commit = Commit()
        commit.tree = tree
        commit.parents = [parent] if parent else []
        commit.author = commit.committer = f"{person} <>".encode()
        commit.author_time = commit.commit_time = int(self._clock.now().timestamp())
        commit.author_timezone = commit.commit_timezone = 0
        commit.encoding = b"UTF-8"
        commit.message = f"{message.strip()}\n".encode()
        return commit

    def _index(self, repo: Repo, blobs: Mapping[str, Blob]) -> None:
        """Tells git programs that the files are those of the commit."""
        index = repo.open_index()
        for known in list(index):
            if belongs(known.decode(errors="replace")):
                del index[known]
        for path, blob in blobs.items():
            lying = (self.folder / path).stat()
            index[path.encode()] = index_entry_from_stat(lying, blob.id, mode=_FILE)
        index.write()

    def _lying(self) -> Iterator[tuple[str, str]]:
        left = ALL_BYTES_MAX
        for count, path in enumerate(self._walk(), start=1):
            name = path.relative_to(self.folder).as_posix()
            if count > FILES_MAX or path.is_symlink() or not path.is_file() or not belongs(name):
                raise RepositoryError(_why_not(name, count))
            if path.stat().st_size > BYTES_MAX:
                raise RepositoryError(f"{name} is larger than {BYTES_MAX} bytes")
            left -= path.stat().st_size
            if left < 0:
                raise _too_large()
            yield name, _text(name, path.read_bytes())

    def _walk(self) -> Iterator[Path]:
        """Files and links of the workspace's folders; what editors keep beside them is passed over."""
        if (self.folder / README).is_file():
            yield self.folder / README
        for part in Part:
            if (self.folder / part.value).is_symlink():
                yield self.folder / part.value
                continue
            for place, folders, names in os.walk(self.folder / part.value):
                linked = [name for name in folders if (Path(place) / name).is_symlink()]
                folders[:] = sorted(name for name in folders if not name.startswith("."))
                for name in sorted([*names, *linked]):
                    if not name.startswith(".") and not name.endswith("~"):
                        yield Path(place) / name

    def _safe(self, path: str) -> Path:
        """Where a file of the workspace lies; never through a link to elsewhere."""
        target = self.folder / path
        if not belongs(path) or not target.resolve().is_relative_to(self.folder.resolve()):
            raise RepositoryError(_why_not(path, 0))
        return target


def require_room(files: Mapping[str, str]) -> None:
    """Looks whether a workspace can hold the files, before any of them is written.

    Raises:
        RepositoryError: they are too many or too large.
    """
    if len(files) > FILES_MAX:
        raise RepositoryError(f"a workspace has at most {FILES_MAX} files")
    if sum(map(len, files.values())) > ALL_BYTES_MAX:
        raise _too_large()


def move_tip(repo: Repo, before: ObjectID | None, after: ObjectID) -> bool:
    """Moves the branch on, unless it is not where it was."""
    branch = branch_of(repo)
    if before is None:
        return repo.refs.add_if_new(branch, after)
    return repo.refs.set_if_equals(branch, before, after)


def branch_of(repo: Repo) -> Ref:
    chain, _ = repo.refs.follow(HEADREF)
    if len(chain) == 1 and HEADREF in repo.refs:
        raise RepositoryError("the workspace stands on no branch: check one out with git")
    return chain[-1] if len(chain) > 1 else _MAIN


def tip_of(repo: Repo) -> ObjectID | None:
    _, tip = repo.refs.follow(HEADREF)
    return tip


def _commit(repo: Repo, name: ObjectID) -> Commit:
    found = repo.object_store[name]
    if not isinstance(found, Commit):
        raise RepositoryError(f"{name.decode()} is no commit")
    return found


def _saved(commit: Commit) -> Saved:
    author = commit.author.decode(errors="replace")
    return Saved(
        id=commit.id.decode(),
        by=author.rpartition("<")[0].strip() or author,
        at=datetime.fromtimestamp(commit.commit_time, UTC),
        message=commit.message.decode(errors="replace").strip(),
    )


def _others(repo: Repo, tip: ObjectID | None) -> Iterator[tuple[bytes, ObjectID, int]]:
    """What a commit holds beside the workspace, such as a pipeline's file; it is kept."""
    for entry in _contents(repo, tip) if tip else ():
        if not belongs(entry.path.decode(errors="replace")):
            yield entry.path, entry.sha, entry.mode


def _contents(repo: Repo, commit: ObjectID) -> Iterator[TreeEntry]:
    """Every file of a commit; folders count too, because few objects can stand for any number of them."""
    whole = iter_tree_contents(repo.object_store, _commit(repo, commit).tree, include_trees=True)
    for count, entry in enumerate(whole):
        if count > ENTRIES_MAX:
            raise RepositoryError(f"a commit has at most {ENTRIES_MAX} files and folders")
        if not stat.S_ISDIR(entry.mode):
            yield entry


def files_of(repo: Repo, commit: ObjectID) -> dict[str, str]:
    """The workspace's files as a commit has them, whether the branch has it or not.

    Raises:
        RepositoryError: a file of it cannot be used.
    """
    found: dict[str, str] = {}
    left = ALL_BYTES_MAX
    for entry in _contents(repo, commit):
        name = entry.path.decode(errors="replace")
        if not belongs(name):
            continue
        blob = repo.object_store[entry.sha] if entry.mode in _FILE_KINDS else None
        if not isinstance(blob, Blob) or len(found) >= FILES_MAX or blob.raw_length() > BYTES_MAX:
            raise RepositoryError(_why_not(name, len(found)))
        left -= blob.raw_length()
        if left < 0:
            raise _too_large()
        found[name] = _text(name, blob.as_raw_string())
    return found


def _text(name: str, content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise RepositoryError(f"{name} is not UTF-8 at byte {error.start}") from error


def _too_large() -> RepositoryError:
    return RepositoryError(f"the files of a workspace have at most {ALL_BYTES_MAX} bytes together")


def _why_not(name: str, count: int) -> str:
    if count >= FILES_MAX:
        return f"a workspace has at most {FILES_MAX} files"
    return (
        f"{name!r} has no place in a workspace: flows/NAME.yaml, mappings/NAME.yaml, tables/NAME.csv,"
        " environments/dev.yaml, qa.yaml, production.yaml and plain files under tests/ belong there"
    )
