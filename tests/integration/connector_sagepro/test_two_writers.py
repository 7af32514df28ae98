"""Never two writers on one company, agents misconfigured on purpose; each writer is a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from counterfoil.connectors.sagepro.company import SageProCompany
from counterfoil.connectors.sagepro.company_lock import CompanyLock, HeldError, lock_beside
from counterfoil.connectors.sagepro.profile import read_profile
from counterfoil.connectors.sagepro.records import TableName
from counterfoil.ports.erp import Posted
from counterfoil.ports.errors import ConfigurationError
from tests.support.sagepro_books import receipt
from tests.support.sagepro_site import Site

FACT = receipt("ABC", {"1001": "40"})
_PROGRAM = """
import sys
from pathlib import Path
from counterfoil.connectors.sagepro.company import SageProCompany
from counterfoil.connectors.sagepro.profile import read_profile
from counterfoil.ports.clock import SystemClock
with SageProCompany(read_profile(Path(sys.argv[1])), SystemClock()):
    print("writes", flush=True)
    sys.stdin.read()
"""


def write_profile(path: Path, company: str, folder: Path) -> Path:
    path.write_text(
        f"company: {company}\nsystem_folder: {folder}\n"
        f"folders: {{AR: {folder / 'ARDATA'}, SO: {folder / 'ARDATA'}}}\n"
        "accounts:\n  receivable: 1100-000\n  clearing: {card: 1050-000}\n",
        "utf-8",
    )
    return path


@contextmanager
def writer(profile: Path) -> Iterator[subprocess.Popen[str]]:
    """Another agent's process, which writes the company until it is told to end."""
    words = [sys.executable, "-c", _PROGRAM, str(profile)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(words, **pipes) as process:  # type: ignore[call-overload]
        try:
            assert process.stdout.readline() == "writes\n"
            yield process
        finally:
            process.kill()


def letters(tmp_path: Path) -> Site:
    """A company whose code has letters, which FoxPro tells apart by no case."""
    site = Site(tmp_path / "letters").build()
    for path in site.data.iterdir():
        path.rename(path.with_name(path.name.replace("01.", "AB.")))
    return site


@pytest.fixture
def profile(site: Site) -> Path:
    return write_profile(site.folder / "profile.yaml", '"01"', site.folder)


def test_a_second_agent_on_the_same_profile_is_refused_with_the_holder_named(
    site: Site, profile: Path
) -> None:
    before = site.contents()
    with writer(profile) as other, pytest.raises(HeldError, match=str(other.pid)), site.open():
        pass
    assert site.contents() == before


def test_another_way_to_the_same_folder_meets_the_same_lock(site: Site, tmp_path: Path) -> None:
    link = tmp_path / "elsewhere"
    link.symlink_to(site.folder)
    other = write_profile(tmp_path / "other.yaml", '"01"', link)
    with writer(other), pytest.raises(HeldError), site.open():
        pass


def test_tables_that_are_links_one_by_one_meet_the_same_lock(
    site: Site, profile: Path, tmp_path: Path
) -> None:
    """The own folder lies beside the links, so that it is another one; the lock lies with the tables."""
    folder = tmp_path / "links"
    (folder / "ARDATA").mkdir(parents=True)
    for path in site.data.iterdir():
        (folder / "ARDATA" / path.name).symlink_to(path)
    (folder / "SYSDATA.DBF").symlink_to(site.folder / "SYSDATA.DBF")
    other = write_profile(tmp_path / "other.yaml", '"01"', folder)
    with writer(profile), pytest.raises(HeldError):
        SageProCompany(read_profile(other), site.clock)
    with pytest.raises(ConfigurationError, match="two ledgers would post twice"):
        SageProCompany(read_profile(other), site.clock)


def test_another_spelling_of_the_company_is_refused_while_the_first_runs_and_after(tmp_path: Path) -> None:
    site = letters(tmp_path)
    upper, lower = (write_profile(tmp_path / f"{code}.yaml", code, site.folder) for code in ("AB", "ab"))
    with writer(upper), pytest.raises(HeldError), site.open(read_profile(lower)):
        pass
    with pytest.raises(ConfigurationError, match="belong to the posting ledger in counterfoil/AB"):
        site.open(read_profile(lower))


def test_the_lock_of_a_killed_agent_is_free(site: Site, profile: Path) -> None:
    with writer(profile) as other:
        os.kill(other.pid, signal.SIGKILL)
        other.wait(10)
        with site.open() as company:
            (answer,) = company.post([FACT])
    assert isinstance(answer, Posted)


def test_the_lock_is_held_while_the_company_is_paused(site: Site) -> None:
    with site.open() as company:
        company.pause()
        with pytest.raises(HeldError):
            CompanyLock(lock_beside(site.path(TableName.DOCUMENTS)), site.data / "counterfoil" / "01")


def test_an_agent_whose_lock_was_replaced_by_a_restore_posts_no_more(site: Site) -> None:
    path = lock_beside(site.path(TableName.DOCUMENTS))
    with site.open() as company:
        line = path.read_text()
        path.unlink()
        path.write_text(line)
        with site.open(), pytest.raises(ConfigurationError, match="Start this agent again"):
            company.post([FACT])
    assert site.read(TableName.CASH) == []
