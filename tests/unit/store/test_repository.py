from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from dulwich.objects import Blob, Commit, Tree

from counterfoil.ports.clock import ManualClock
from counterfoil.ports.errors import ConfigurationError
from counterfoil.store import remote
from counterfoil.store.git_folder import RepositoryError
from counterfoil.store.repository import FlowRepository, move_tip

CLOCK = ManualClock(datetime(2026, 11, 26, 12, tzinfo=UTC))
FILES = {"README.md": "hello\n", "flows/a.yaml": "one\n", "tables/t.csv": "x,y\n"}


def sound(files: Mapping[str, str]) -> None:
    if "bad\n" in files.values():
        raise ConfigurationError("not sound")


def git(folder: Path, *words: str) -> str:
    told = subprocess.run(["git", "-C", str(folder), *words], check=True, capture_output=True, text=True)
    return told.stdout


@pytest.fixture
def repository(tmp_path: Path) -> FlowRepository:
    made = FlowRepository.create(tmp_path / "flows", FILES, CLOCK)
    made.save(FILES, by="Ann", message="first")
    return made


def change(repository: FlowRepository, text: str, *, by: str = "Ann") -> str:
    repository.write({"flows/a.yaml": text})
    commit = repository.save(repository.files(), by=by, message=f"says {text}")
    assert commit is not None
    return commit


def test_every_save_is_a_commit_with_name_and_message_that_git_knows(repository: FlowRepository) -> None:
    second = change(repository, "two\n", by="Ben  Bird")
    assert [(saved.by, saved.message) for saved in repository.history()] == [
        ("Ben Bird", "says two"),
        ("Ann", "first"),
    ]
    assert repository.history()[0].at == CLOCK.now()
    assert repository.save(repository.files(), by="Ann", message="again") is None
    assert repository.files_at(second[:8])["flows/a.yaml"] == "two\n"
    assert repository.files_at(repository.history()[1].id) == FILES
    assert git(repository.folder, "status", "--porcelain") == ""
    assert git(repository.folder, "log", "--format=%an %s") == "Ben Bird says two\nAnn first\n"
    git(repository.folder, "fsck", "--strict")


def test_what_others_keep_beside_the_workspace_stays(repository: FlowRepository) -> None:
    (repository.folder / "Makefile").write_text("all:\n")
    git(repository.folder, "add", "Makefile")
    git(repository.folder, "-c", "user.name=x", "-c", "user.email=x@x", "commit", "-qm", "a pipeline")
    change(repository, "two\n")
    assert git(repository.folder, "ls-tree", "--name-only", "HEAD").split() == [
        "Makefile",
        "README.md",
        "flows",
        "tables",
    ]
    assert git(repository.folder, "status", "--porcelain") == ""


def test_hooks_filters_and_other_settings_of_the_repository_have_no_say(
    repository: FlowRepository, tmp_path: Path
) -> None:
    evil, mark = f"touch {tmp_path / 'ran'}; cat", tmp_path / "ran"
    for name in (
        "pre-commit",
        "commit-msg",
        "post-commit",
        "post-checkout",
        "post-merge",
        "reference-transaction",
    ):
        hook = repository.folder / ".git" / "hooks" / name
        hook.write_text(f"#!/bin/sh\n{evil}\n")
        hook.chmod(0o755)
    with (repository.folder / ".git" / "config").open("a") as config:
        config.write(f'[filter "e"]\n\tclean = {evil}\n\tsmudge = {evil}\n[core]\n\tsshCommand = {evil}\n')
        config.write(f'\tfsmonitor = {evil}\n[remote "origin"]\n\turl = {tmp_path / "bare.git"}\n')
        config.write(f'\tuploadpack = {evil}\n\treceivepack = {evil}\n[url "ext::{evil}"]\n\tinsteadOf = /\n')
    (repository.folder / ".gitattributes").write_text("*.yaml filter=e\n")
    git(tmp_path, "init", "-q", "--bare", str(tmp_path / "bare.git"))
    change(repository, "two\n")
    assert remote.push(repository) == 2
    assert remote.pull(repository, sound) == 0
    assert not mark.exists()


@pytest.mark.parametrize("name", ["-n", "../x", "a b", "A;touch x", "a.yml", "$(x).yaml"])
def test_a_file_that_has_no_place_in_a_workspace_is_named(repository: FlowRepository, name: str) -> None:
    (repository.folder / "flows" / name).parent.mkdir(exist_ok=True)
    (repository.folder / "flows" / name).write_text("x")
    if name == "../x":
        assert repository.files() == FILES, "beside the workspace's folders"
        return
    with pytest.raises(RepositoryError, match="no place in a workspace"):
        repository.files()


def test_links_are_followed_neither_out_of_the_workspace_nor_into_it(
    repository: FlowRepository, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text("secret")
    (repository.folder / "tests" / "a").symlink_to(tmp_path / "secret")
    with pytest.raises(RepositoryError, match="tests/a"):
        repository.files()
    (repository.folder / "tests" / "a").unlink()
    (tmp_path / "outside").mkdir()
    (repository.folder / "tests" / "b").symlink_to(tmp_path / "outside")
    with pytest.raises(RepositoryError, match="tests/b"):
        repository.write({"tests/b/x": "x"})
    with pytest.raises(RepositoryError, match="tests/b"):
        repository.files()


@pytest.mark.parametrize("revision", ["--all", "main", "HEAD~1", "", "zzzz", "0" * 40, "../HEAD", "a" * 5000])
def test_a_revision_is_a_commits_name_and_nothing_else(repository: FlowRepository, revision: str) -> None:
    with pytest.raises(RepositoryError, match="no commit"):
        repository.files_at(revision)


@pytest.mark.parametrize("by", ["", " ", "a <b@c>", "a\x1bb", "x" * 101])
def test_a_name_that_git_would_read_otherwise_is_refused(repository: FlowRepository, by: str) -> None:
    with pytest.raises(RepositoryError, match="a name has"):
        repository.save({"README.md": "x"}, by=by, message="m")
    with pytest.raises(RepositoryError, match="says why"):
        repository.save({"README.md": "x"}, by="Ann", message=" ")


def test_a_folder_that_holds_something_or_is_none_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("mine")
    with pytest.raises(RepositoryError, match="not empty"):
        FlowRepository.create(tmp_path, FILES, CLOCK)
    with pytest.raises(RepositoryError, match="counterfoil flows init"):
        FlowRepository(tmp_path, CLOCK)


@pytest.fixture
def shared(repository: FlowRepository, tmp_path: Path) -> FlowRepository:
    """Somebody else's workspace at the same remote."""
    git(tmp_path, "init", "-q", "--bare", "-b", "main", str(tmp_path / "bare.git"))
    remote.set_remote(repository, str(tmp_path / "bare.git"))
    assert remote.push(repository) == 1
    git(tmp_path, "clone", "-q", str(tmp_path / "bare.git"), str(tmp_path / "other"))
    return FlowRepository(tmp_path / "other", CLOCK)


def test_what_one_saves_comes_to_the_other(repository: FlowRepository, shared: FlowRepository) -> None:
    change(repository, "two\n")
    change(repository, "three\n")
    assert remote.push(repository) == 2
    assert remote.pull(shared, sound) == 2
    assert shared.files() == repository.files()
    assert git(shared.folder, "status", "--porcelain") == ""
    assert remote.pull(shared, sound) == remote.push(shared) == 0


def test_a_file_that_the_other_took_away_goes(repository: FlowRepository, shared: FlowRepository) -> None:
    (repository.folder / "tables" / "t.csv").unlink()
    repository.save(repository.files(), by="Ann", message="no table")
    remote.push(repository)
    remote.pull(shared, sound)
    assert "tables/t.csv" not in shared.files()


def test_nothing_is_overwritten_on_either_side(repository: FlowRepository, shared: FlowRepository) -> None:
    change(repository, "two\n")
    remote.push(repository)
    shared.write({"flows/a.yaml": "mine\n"})
    with pytest.raises(RepositoryError, match="not saved"):
        remote.pull(shared, sound)
    change(shared, "mine\n")
    with pytest.raises(RepositoryError, match="pull, then push"):
        remote.push(shared)
    with pytest.raises(RepositoryError, match="merge"):
        remote.pull(shared, sound)
    assert shared.files()["flows/a.yaml"] == "mine\n"


def test_what_is_not_sound_is_not_taken_over(repository: FlowRepository, shared: FlowRepository) -> None:
    change(repository, "bad\n")
    remote.push(repository)
    before = shared.head()
    with pytest.raises(ConfigurationError, match="not sound"):
        remote.pull(shared, sound)
    assert (shared.head(), shared.files()["flows/a.yaml"]) == (before, "one\n")


def test_a_hostile_commit_writes_nothing_elsewhere(
    repository: FlowRepository, shared: FlowRepository, tmp_path: Path
) -> None:
    """A link in a commit is refused; a path that leads elsewhere is none of the workspace's."""
    (repository.folder / "flows" / "b.yaml").symlink_to(tmp_path / "target")
    git(repository.folder, "add", "-A")
    git(repository.folder, "-c", "user.name=x", "-c", "user.email=x@x", "commit", "-qm", "a link")
    git(repository.folder, "push", "-q", "origin", "main")
    with pytest.raises(RepositoryError, match=r"flows/b\.yaml"):
        remote.pull(shared, sound)
    assert not (shared.folder / "flows" / "b.yaml").exists()


@pytest.mark.parametrize(
    "address",
    [
        "ext::sh -c touch",
        "--upload-pack=x",
        "ssh://-oProxyCommand=x/p",
        "-oProxyCommand=x:p",
        "https://user:password@host/p",
        "http://host/p",
        "file:///x",
        "relative/path",
        "git@host:-x",
        "git@host:p;x",
    ],
)
def test_an_address_that_could_mean_something_else_is_refused(
    repository: FlowRepository, address: str
) -> None:
    with pytest.raises(RepositoryError, match="a remote is"):
        remote.set_remote(repository, address)


@pytest.mark.parametrize("address", ["https://host/a/b.git", "ssh://git@host:22/b.git", "git@host:a/b.git"])
def test_usual_addresses_are_taken(repository: FlowRepository, address: str) -> None:
    remote.set_remote(repository, address)
    assert git(repository.folder, "remote", "get-url", "origin").strip() == address


def test_without_a_remote_or_with_one_that_is_gone_words_come(
    repository: FlowRepository, tmp_path: Path
) -> None:
    with pytest.raises(RepositoryError, match="has no remote"):
        remote.push(repository)
    remote.set_remote(repository, str(tmp_path / "gone.git"))
    with pytest.raises(RepositoryError, match="does not answer"):
        remote.pull(repository, sound)


def test_a_repository_that_is_damaged_is_told_with_words(repository: FlowRepository) -> None:
    config = repository.folder / ".git" / "config"
    sound_config = config.read_text()
    for damage in (
        "[core]\n\trepositoryformatversion = 7\n",
        "[core\n",
        "[core]\n\trepositoryformatversion = x\n",
    ):
        config.write_text(damage)
        with pytest.raises(RepositoryError, match="git fsck"):
            repository.history()
    config.write_text(sound_config)
    head = repository.head() or ""
    stored = repository.folder / ".git" / "objects" / head[:2] / head[2:]
    stored.chmod(0o644)
    for content in (b"garbage", b""):
        stored.write_bytes(content)
        with pytest.raises(RepositoryError, match="git fsck"):
            repository.history()
    stored.unlink()
    with pytest.raises(RepositoryError, match="git fsck"):
        repository.files_at("HEAD")


def look_and_save(folder: Path) -> None:
    repository = FlowRepository(folder, CLOCK)
    repository.history()
    repository.save(repository.files() | {"flows/a.yaml": "two\n"}, by="Ann", message="x")


def garbage(folder: Path) -> None:
    for path in (folder / ".git" / "objects").rglob("*"):
        if path.is_file():
            path.chmod(0o644)
            path.write_bytes(b"garbage")


def elsewhere(folder: Path) -> None:
    (folder / "tests").rmdir()
    (folder / "tests").symlink_to("/etc")


def sharing(at: Path) -> None:
    (at / ".git/objects/info").mkdir(exist_ok=True)
    (at / ".git/objects/info/alternates").write_text("/srv/others/.git/objects\n")


HOSTILE: Mapping[str, Callable[[Path], object]] = {
    "a branch elsewhere": lambda at: (at / ".git/HEAD").write_text("ref: ../../../../etc/passwd\n"),
    "a branch that is itself": lambda at: (at / ".git/HEAD").write_text("ref: HEAD\n"),
    "a head that is no name": lambda at: (at / ".git/HEAD").write_bytes(b"\0" * 1_000),
    "a commit that is not there": lambda at: (at / ".git/refs/heads/main").write_text("1" * 40),
    "objects that are none": garbage,
    "an index that is none": lambda at: (at / ".git/index").write_bytes(b"DIRC" + b"\xff" * 8),
    "a configuration without end": lambda at: (at / ".git/config").write_text(
        "[core]\n[ Include ]\npath=/dev/zero\n"
    ),
    "a configuration of another folder": lambda at: (at / ".git/commondir").write_text("/etc\n"),
    "objects of another repository": sharing,
    "objects behind a link": lambda at: (at / ".git/objects/zz").symlink_to("/dev/zero"),
    "a pipe for a branch": lambda at: os.mkfifo(at / ".git/refs/heads/pipe"),
    "a pipe for a file": lambda at: os.mkfifo(at / "flows" / "b.yaml"),
    "a folder of tests elsewhere": elsewhere,
}


@pytest.mark.parametrize("act", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.timeout(20)
def test_a_hostile_folder_ends_in_words(repository: FlowRepository, act: Callable[[Path], object]) -> None:
    act(repository.folder)
    with pytest.raises(RepositoryError) as told:
        look_and_save(repository.folder)
    assert len(str(told.value)) < 500


def test_files_outside_are_saved_through_no_link(repository: FlowRepository, tmp_path: Path) -> None:
    (tmp_path / "private").mkdir()
    (tmp_path / "private" / "id_rsa").write_text("hush\n")
    (repository.folder / "tests").rmdir()
    (repository.folder / "tests").symlink_to(tmp_path / "private")
    with pytest.raises(RepositoryError, match="'tests' has no place in a workspace"):
        repository.files()


def test_a_workspace_that_is_a_link_to_another_repository_is_none(
    repository: FlowRepository, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / ".git").symlink_to(repository.folder / ".git")
    with pytest.raises(RepositoryError, match="no workspace of flows"):
        FlowRepository(tmp_path / "other", CLOCK)


@pytest.mark.timeout(60)
def test_few_trees_that_stand_for_any_number_of_files_are_not_walked(repository: FlowRepository) -> None:
    with repository.open_git() as repo:
        name, mode = Blob.from_string(b"x"), 0o100644
        repo.object_store.add_object(name)
        inner: Blob | Tree = name
        for _ in range(9):
            tree = Tree()
            for number in range(20):
                tree.add(b"d%02d" % number, mode, inner.id)
            repo.object_store.add_object(tree)
            inner, mode = tree, 0o40000
        commit = repo[repo.head()].copy()
        assert isinstance(commit, Commit)
        commit.tree, commit.parents = inner.id, [repo.head()]
        repo.object_store.add_object(commit)
        move_tip(repo, repo.head(), commit.id)
    with pytest.raises(RepositoryError, match="at most 100000 files and folders"):
        repository.files_at("HEAD")
