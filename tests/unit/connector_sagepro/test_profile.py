from __future__ import annotations

from pathlib import Path

import pytest

from counterfoil.connectors.sagepro.profile import parse_profile, read_profile
from counterfoil.connectors.sagepro.records import TableName
from counterfoil.domain.payment import Tender
from counterfoil.ports.errors import ConfigurationError
from tests.support.sagepro_books import PROFILE_TEXT


def test_a_short_profile_gets_the_preset_s_defaults() -> None:
    profile = parse_profile(PROFILE_TEXT)
    assert profile.company == "01"
    assert profile.user == "CFOL"
    assert profile.accounts.clearing[Tender.CARD] == "1050-000"
    assert profile.open_credits.first == 900_000_000
    assert profile.codes.void == ("V", "X")


def test_relative_folders_are_taken_from_the_profile_s_own_folder(tmp_path: Path) -> None:
    path = tmp_path / "sagepro.yaml"
    path.write_text(PROFILE_TEXT + "folders: {AR: ardata}\ndrives: {'Y:': disks/y}\n", "utf-8")
    profile = read_profile(path)
    assert profile.folders["AR"] == tmp_path / "ardata"
    assert profile.drives["Y:"] == tmp_path / "disks" / "y"


def test_a_column_may_bear_the_site_s_own_name() -> None:
    profile = parse_profile(PROFILE_TEXT + "columns: {arcash: {reference: checkno}}")
    assert profile.columns[TableName.CASH] == {"reference": "checkno"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[", "is no YAML"),
        ("just words", "must be a mapping"),
        ("company: '01'\nsystem_folder: .", "accounts: Field required"),
        (PROFILE_TEXT.replace('"01"', '"001"'), "company: "),
        (PROFILE_TEXT + "compnay: x", "compnay: Extra inputs"),
        (PROFILE_TEXT + "time_zone: Moon/Base", "'Moon/Base' is no time zone"),
        (
            PROFILE_TEXT + "columns: {arcash: {refrence: checkno}}",
            "columns.arcash: refrence is none of number",
        ),
        (PROFILE_TEXT + "open_credits: {first: 9, last: 1}", "first number lies above the last"),
        (PROFILE_TEXT + "posting_date: someday", "posting_date: "),
        (PROFILE_TEXT + "container_tables: {arcash01: yes}", "container_tables.arcash01: "),
    ],
)
def test_a_wrong_profile_names_the_entry(text: str, says: str) -> None:
    with pytest.raises(ConfigurationError, match="the profile") as caught:
        parse_profile(text, source="the profile")
    assert says in str(caught.value)


def test_a_missing_profile_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot read the profile"):
        read_profile(tmp_path / "none.yaml")


@pytest.mark.parametrize(
    ("more", "says"),
    [("codes: {live: []}", r"codes\.live"), ("codes: {open_credit: []}", r"codes\.open_credit")],
)
def test_a_code_that_is_written_must_be_given(more: str, says: str) -> None:
    with pytest.raises(ConfigurationError, match=says):
        parse_profile(PROFILE_TEXT + more)


def test_a_company_code_that_leads_to_another_folder_is_none() -> None:
    with pytest.raises(ConfigurationError, match="company"):
        parse_profile(PROFILE_TEXT.replace('"01"', '".."'))
