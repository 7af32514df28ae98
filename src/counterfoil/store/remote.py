"""A workspace's remote repository: what others saved comes in, what was saved here goes out; no force."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

from dulwich.client import GitClient, LocalGitClient, get_transport_and_path
from dulwich.config import ConfigDict
from dulwich.errors import GitProtocolError, HangupException, NotGitRepository, SendPackError
from dulwich.objects import ObjectID
from dulwich.pack import UnpackedObject
from dulwich.refs import Ref
from dulwich.repo import Repo

from counterfoil.store.git_folder import RepositoryError
from counterfoil.store.repository import (
    FlowRepository,
    branch_of,
    files_of,
    move_tip,
    tip_of,
)

REMOTE = "origin"
T = TypeVar("T")
_SECTION, _URL = (b"remote", REMOTE.encode()), b"url"
_HOST = r"[A-Za-z0-9][A-Za-z0-9.-]{0,252}"
_USER = r"[A-Za-z0-9_][A-Za-z0-9._-]{0,63}"
_FORMS = tuple(
    re.compile(form)
    for form in (
        rf"https://{_HOST}(:\d{{1,5}})?/[A-Za-z0-9._~/-]+",
        rf"ssh://({_USER}@)?{_HOST}(:\d{{1,5}})?/[A-Za-z0-9._~/-]+",
        rf"{_USER}@{_HOST}:[A-Za-z0-9._~/][A-Za-z0-9._~/-]*",
    )
)


def set_remote(repository: FlowRepository, address: str) -> None:
    """Remembers where the remote is.

    Raises:
        RepositoryError: the address is of no kind that is reached, or carries a password.
    """
    _require_address(address)
    with repository.open_git() as repo:
        config = repo.get_config()
        config.set(_SECTION, _URL, address.encode())
        config.set(_SECTION, b"fetch", f"+refs/heads/*:refs/remotes/{REMOTE}/*".encode())
        config.write_to_path()


def push(repository: FlowRepository) -> int:
    """Sends what was saved here and is not there yet; gives the number of commits.

    Raises:
        RepositoryError: there is no remote, it does not answer, or others saved there meanwhile.
    """
    with repository.open_git() as repo:
        client, path = _client(repo)
        branch, tip = branch_of(repo), tip_of(repo)
        if tip is None:
            raise RepositoryError("nothing was saved yet")
        ours = _history(repo, tip)
        sent = 0

        def moves(refs: Mapping[Ref, ObjectID]) -> dict[Ref, ObjectID]:
            nonlocal sent
            there = refs.get(branch)
            if there is not None and there not in ours:
                raise RepositoryError(
                    "others saved at the remote meanwhile: counterfoil flows pull, then push"
                )
            sent = ours.index(there) if there else len(ours)
            return {branch: tip}

        def packed(
            have: Collection[ObjectID], want: Collection[ObjectID], **_: object
        ) -> tuple[int, Iterator[UnpackedObject]]:
            return repo.generate_pack_data(set(have), set(want))

        result = _reached(lambda: client.send_pack(path.encode(), moves, packed))
        for name, why in (result.ref_status or {}).items():
            if why:
                raise RepositoryError(f"the remote refused {name.decode()}: {why}")
        return sent


def pull(repository: FlowRepository, require_sound: Callable[[Mapping[str, str]], None]) -> int:
    """Takes over what others saved; gives the number of commits.

    Raises:
        RepositoryError: there is no remote, it does not answer, something here is not saved, or both sides
            went on.
    """
    with repository.open_git() as repo:
        client, path = _client(repo)
        branch, tip = branch_of(repo), tip_of(repo)

        def wants(refs: Mapping[Ref, ObjectID], depth: int | None = None) -> list[ObjectID]:
            del depth
            return [refs[branch]] if branch in refs else []

        result = _reached(lambda: client.fetch(path, repo, determine_wants=wants))
        there = result.refs.get(branch)
        if there is None or there == tip or (tip and there in _history(repo, tip)):
            return 0
        news = _history(repo, there)
        if tip and tip not in news:
            raise RepositoryError("here and at the remote different things were saved: merge them with git")
        before = files_of(repo, tip) if tip else {}
        if repository.files() != before:
            raise RepositoryError("something here is not saved: counterfoil flows save, then pull")
        after = files_of(repo, there)
        require_sound(after)
        if not move_tip(repo, tip, there):
            raise RepositoryError("somebody else saved meanwhile: pull again")
        repository.take_over(before, after)
        return news.index(tip) if tip else len(news)


def _client(repo: Repo) -> tuple[GitClient, str]:
    try:
        address = repo.get_config().get(_SECTION, _URL).decode()
    except KeyError as error:
        raise RepositoryError(
            "the workspace has no remote: counterfoil flows init --remote, or git remote add origin, sets it"
        ) from error
    _require_address(address)
    if Path(address).is_absolute():
        return LocalGitClient(), address
    return get_transport_and_path(address, config=ConfigDict())


def _require_address(address: str) -> None:
    if not Path(address).is_absolute() and not any(form.fullmatch(address) for form in _FORMS):
        raise RepositoryError(
            "a remote is https://HOST/PATH, ssh://USER@HOST/PATH, USER@HOST:PATH or an absolute path, without"
            " a password"
        )


def _history(repo: Repo, tip: ObjectID) -> list[ObjectID]:
    return [entry.commit.id for entry in repo.get_walker([tip])]


def _reached(ask: Callable[[], T]) -> T:
    try:
        return ask()
    except (GitProtocolError, HangupException, NotGitRepository, SendPackError, OSError) as error:
        raise RepositoryError(f"the remote does not answer as a repository: {error}") from error
