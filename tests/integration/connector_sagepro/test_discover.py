from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from counterfoil.connectors.sagepro.discover import locate_tables, survey_site
from counterfoil.connectors.sagepro.profile import Profile
from counterfoil.connectors.sagepro.records import TableName
from counterfoil.connectors.sagepro.tables import Access, TableOpener
from counterfoil.foxpro.containers.container import Property
from counterfoil.foxpro.containers.membership import ContainerUse
from counterfoil.foxpro.table import Table
from counterfoil.ports.errors import ConfigurationError
from tests.support.sagepro_site import Site
from tests.unit.foxpro.containers import create_container, link, things_of


def drive(site: Site, folder: str, *, flags: str = "") -> Profile:
    """Lets the system table say where the modules lie."""
    with Table.open(site.folder / "sysdata.dbf", writable=True) as table:
        for record in table.records():
            table.update(record.recno, {"drive": " " * 60 + folder, "pass2": flags})
    return site.profile


def folder_of(profile: Profile) -> Path:
    return locate_tables(profile).paths[TableName.DOCUMENTS].parent


@pytest.mark.parametrize("written", ["ardata", "ARDATA\\", ".\\ArData\\", "ardata/"])
def test_a_folder_below_the_system_folder_is_found_without_regard_to_case(site: Site, written: str) -> None:
    assert folder_of(drive(site, written)) == site.data


def test_an_absolute_path_is_taken_as_it_stands(site: Site) -> None:
    assert folder_of(drive(site, "/usr")) == Path("/usr")


@pytest.mark.parametrize(
    ("written", "known"),
    [("Y:\\pro\\ardata\\", "y:"), ("\\\\server\\share\\pro\\ardata", "\\\\server\\share")],
)
def test_a_drive_is_where_the_profile_says(site: Site, written: str, known: str) -> None:
    (site.folder / "Pro").mkdir()
    shutil.move(site.data, site.folder / "Pro" / "ARDATA")
    profile = drive(site, written).model_copy(update={"drives": {known: site.folder}})
    assert folder_of(profile) == site.folder / "Pro" / "ARDATA"


def test_a_drive_that_nobody_explains_is_named(site: Site) -> None:
    with pytest.raises(ConfigurationError, match=r"Y:\\pro, which is not on this machine: .*drives"):
        folder_of(drive(site, "Y:\\pro"))


def test_a_folder_named_in_the_profile_needs_no_system_table(site: Site) -> None:
    folders = {"AR": site.data, "SO": site.data}
    (site.folder / "SYSDATA.DBF").unlink()
    assert folder_of(site.profile.model_copy(update={"folders": folders})) == site.data


@pytest.mark.parametrize(
    ("update", "says"),
    [
        ({"company": "02"}, "has no row AR02"),
        ({"folders": {"AR": Path("/nowhere")}}, "/nowhere of module AR"),
    ],
)
def test_what_is_not_there_is_named(site: Site, update: dict[str, object], says: str) -> None:
    with pytest.raises(ConfigurationError, match=says):
        locate_tables(site.profile.model_copy(update=update))


def test_a_deleted_company_is_refused(site: Site) -> None:
    with pytest.raises(ConfigurationError, match="marked as deleted"):
        folder_of(drive(site, "ardata", flags="D"))


def test_a_missing_system_table_is_named(site: Site) -> None:
    (site.folder / "SYSDATA.DBF").unlink()
    with pytest.raises(ConfigurationError, match=r"sysdata\.dbf"):
        locate_tables(site.profile)


def test_a_column_may_bear_another_name(tmp_path: Path) -> None:
    site = Site(tmp_path / "other")
    site.fields[TableName.CASH] = [
        field if field.name != "refno" else type(field)("checkno", "C", 12)
        for field in site.fields[TableName.CASH]
    ]
    site.build()
    profile = site.profile.model_copy(update={"columns": {TableName.CASH: {"reference": "checkno"}}})
    assert survey_site(TableOpener(profile, locate_tables(profile).paths, Access())) == ()


def test_a_table_of_a_foxpro_database_is_written_only_when_the_profile_lists_it(site: Site) -> None:
    path = site.path(TableName.CASH)
    with Table.open(path) as table:
        names = [field.name for field in table.fields]
    things = things_of(path.stem, names)
    things[-1] = replace(things[-1], properties={Property.DEFAULT: "newid()"})
    create_container(path.with_name("books.dbc"), things)
    link(path, "books.dbc")

    def survey(**listed: ContainerUse) -> tuple[str, ...]:
        profile = site.profile.model_copy(update={"container_tables": listed})
        return survey_site(TableOpener(profile, locate_tables(profile).paths, Access()))

    duty = f"the default newid() of {names[-1]}"
    (problem,) = survey()
    assert f"cannot be written: it belongs to the database books.dbc (FoxPro applies {duty})" in problem
    (problem,) = survey(ARCASH01=ContainerUse.NO_RULES)
    assert f"it is listed as 'no-rules', but FoxPro applies {duty}" in problem
    assert survey(ARCASH01=ContainerUse.RULES_BYPASSED) == ()
