"""The how-to "After a restore" as a person follows it."""

from __future__ import annotations

import re
import shlex
import shutil
from contextlib import chdir
from pathlib import Path

import pytest
from typer.testing import CliRunner

from counterfoil.cli import app
from counterfoil.connectors.sagepro.profile import parse_profile
from counterfoil.ports.errors import TransientError
from tests.integration.sagepro_editions.test_restored import (
    EARLY,
    LATE,
    NEW,
    post,
    profile,
    tables_of_yesterday,
)
from tests.support.sagepro_books import PROFILE_TEXT
from tests.support.sagepro_site import Site

PAGE = Path(__file__).parents[3] / "docs" / "howto" / "after-a-restore.md"
GIVEN_UP = "counterfoil sagepro restored profile-01.yaml --accept"

__all__ = ["profile", "tables_of_yesterday"]


@pytest.mark.usefixtures("profile", "tables_of_yesterday")
def test_the_page_runs_and_prints_what_it_says(site: Site) -> None:
    found = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    printed = ""
    with chdir(site.folder):
        for kind, text in found:
            if kind == "sh":
                program, *words = shlex.split(text)
                assert program == "counterfoil"
                answer = CliRunner().invoke(app, words)
                assert isinstance(answer.exception, SystemExit | None), answer.exception
                printed = answer.stdout
            elif kind == "text":
                assert printed == text
            else:
                assert kind == "yaml"
                assert parse_profile(PROFILE_TEXT + text).ledger_copy is not None
    assert site.findings() == []


@pytest.mark.usefixtures("tables_of_yesterday")
def test_what_the_page_says_of_giving_up(site: Site, profile: Path) -> None:
    assert GIVEN_UP in PAGE.read_text("utf-8")
    answer = CliRunner().invoke(app, ["sagepro", "restored", str(profile), "--accept", "--person", "Ann Lee"])
    assert answer.exit_code == 0, answer.output
    assert site.findings() == []


def test_a_copy_outside_the_tables_survives_that_the_whole_folder_is_put_back(site: Site) -> None:
    outside = site.folder / "elsewhere"
    profile = site.profile.model_copy(update={"ledger_copy": outside})
    with site.open(profile) as company:
        post(company, EARLY)
    shutil.copytree(site.data, site.folder / "whole")
    with site.open(profile) as company:
        post(company, *LATE)
    shutil.rmtree(site.data)
    shutil.move(site.folder / "whole", site.data)
    with site.open(profile) as company:
        assert company.health.held.startswith("2 postings are neither in the tables nor")
        with pytest.raises(TransientError):
            company.post([NEW])
