"""A clerk keys one thing, and what Sage Pro wrote is compared with our plan for it, in both editions."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from counterfoil.cli import app
from counterfoil.connectors.sagepro.calibration.proven import proven_kinds
from counterfoil.connectors.sagepro.calibration.snapshot import Snapshot
from counterfoil.connectors.sagepro.company import SageProCompany
from counterfoil.connectors.sagepro.kinds import ON_ACCOUNT, ON_INVOICES
from counterfoil.connectors.sagepro.profile import read_profile
from counterfoil.ports.clock import SystemClock
from counterfoil.ports.erp import Posted, Refused
from tests.integration.sagepro_calibration.conftest import CAST, DAY, FolderSite, Site
from tests.support.sagepro_books import receipt

PICK, OTHER = CAST.unpaid[0], CAST.unpaid[1]
BY = ("--by", "Ann Lee")


def key_receipt(
    site: Site, *, code: int = 1, before: str = "1", after: str = "2", more: tuple[str, ...] = ()
) -> str:
    site.calibrate("snapshot", site.path(before))
    site.clerk.key_receipt(site.slip(PICK, "5.00", "CHK 77", invoice=PICK.number))
    return compare_receipt(site, before, after, *more, code=code)


def compare_receipt(site: Site, before: str, after: str, *more: str, code: int) -> str:
    words = ("--kind", "receipt", "--customer", PICK.customer, "--invoice", f"{PICK.number}=5.00")
    told = ("--reference", "CHK 77", "--date", DAY, *BY)
    return site.calibrate("compare", site.path(before), site.path(after), *words, *told, *more, code=code)


def open_columns(site: Site, kind: str) -> list[str]:
    document = json.loads(site.calibrate("show", "--json", code=1))
    return [why.removeprefix(f"{kind}: ").split(" ")[0] for why in document["kinds"][kind]]


def test_a_receipt_agrees_but_for_the_column_in_which_the_site_differs(site: Site) -> None:
    said = json.loads(key_receipt(site, more=("--json",)).split("\n", 1)[1])
    assert said["kind"] == ON_INVOICES
    assert said["tables"] == ["arcash", "ardist", "arcust", "armast"]
    (difference,) = [each for each in said["findings"] if each["verdict"] != "agrees"]
    assert (difference["table"], difference["column"]) == ("arcash", "batch")
    assert (difference["sage_pro"], difference["counterfoil"]) == ("0000123", "")
    assert open_columns(site, ON_INVOICES) == ["arcash.batch"]


def test_money_on_account_shows_which_counter_numbers_it(site: Site) -> None:
    site.calibrate("snapshot", site.path("1"))
    number = site.clerk.key_on_account(site.slip(OTHER, "12.00", "CHK 78"))
    words = ("--kind", "receipt", "--customer", OTHER.customer, "--on-account", "12.00")
    told = ("--reference", "CHK 78", "--date", DAY, *BY)
    said = site.calibrate("compare", site.path("1"), site.path("2"), *words, *told, code=1)
    rule = "sysdata.int1 of row AR01 holds the number last used, and its mirror in the company's tables"
    assert f"armast {number}: {rule}" in said
    assert open_columns(site, ON_ACCOUNT) == ["arcash.batch", "arsysd.int1", "sysdata.int1"]


def test_a_difference_is_accepted_by_a_person_with_a_reason_and_the_kind_is_proven(site: Site) -> None:
    key_receipt(site)
    assert "unsafe" in site.run("check", site.profile, code=1)
    words = ("arcash.batch", "--kind", ON_INVOICES)
    assert "say who accepts it and why" in site.calibrate("accept", *words, *BY, code=2)
    site.calibrate("accept", *words, *BY, "--reason", "filled at the deposit slip")
    assert f"proven        {ON_INVOICES}" in site.calibrate("show")
    checked = json.loads(site.run("check", site.profile, "--json"))
    verdicts = {each["kind"]: each["verdict"] for each in checked["kinds"]}
    assert verdicts[f"{ON_INVOICES}, card"] == "safe"
    assert verdicts[f"{ON_ACCOUNT}, card"] == "unknown"
    assert "is not open" in site.calibrate("accept", *words, *BY, "--reason", "again", code=2)


def test_a_difference_is_mapped_in_the_profile_and_the_same_snapshots_agree(site: Site) -> None:
    key_receipt(site)
    with site.profile.open("a", encoding="utf-8") as profile:
        profile.write('\nadded_columns: {arcash: {batch: {value: "0000123", facts: [receipt]}}}\n')
    compare_receipt(site, "1", "2", code=0)
    assert f"proven        {ON_INVOICES}" in site.calibrate("show")


def test_what_agreed_before_and_agrees_again_is_seen_twice(site: Site) -> None:
    key_receipt(site)
    compare_receipt(site, "1", "2", code=1)
    text = site.path("calibration-01.yaml").read_text("utf-8")
    assert '"arcash.refno": {"verdict": "agrees", "seen": 2}' in text
    assert text.startswith("# Calibration of Sage Pro company 01")


def test_nothing_of_the_site_is_written_and_no_card_number_is_kept(site: Site) -> None:
    card = "4111111111111111"
    site.comment(f"pays by {card}")
    before = site.contents()
    said = site.calibrate("snapshot", site.path("1"))
    assert site.contents() == before
    assert "not read  arcust.comment: looks like card numbers" in said
    assert site.path("1").stat().st_mode & 0o077 == 0
    site.clerk.key_receipt(site.slip(PICK, "5.00", "CHK 77", invoice=PICK.number))
    assert "not read      arcust.comment" in compare_receipt(site, "1", "2", code=1)
    assert kept_rows(site.path("1"), "arcust").count(card.encode()) == 0
    assert kept_rows(site.path("1"), "arcust").count(PICK.customer.encode()) == 1


def kept_rows(path: Path, table: str) -> bytes:
    with Snapshot(path) as snapshot:
        return b"".join(raw for _, raw in snapshot.rows(table))


def test_a_void_is_compared_with_the_reversal_of_what_was_keyed_before(site: Site) -> None:
    key_receipt(site)
    slip = site.slip(PICK, "5.00", "CHK 77", invoice=PICK.number)
    site.clerk.void_receipt(slip)
    words = ("--kind", "reversal", "--date", DAY, *BY)
    without = site.calibrate("compare", site.path("2"), site.path("3"), *words, code=2)
    assert "name with --undoes the later snapshot of what was voided" in without
    site.calibrate("compare", site.path("2"), site.path("3"), *words, "--undoes", site.path("2"), code=1)
    assert open_columns(site, f"reversal of {ON_INVOICES}") == ["arcash.batch"]


def test_what_somebody_else_did_meanwhile_stands_out(site: Site) -> None:
    site.calibrate("snapshot", site.path("1"))
    site.clerk.key_receipt(site.slip(PICK, "5.00", "CHK 77", invoice=PICK.number))
    site.clerk.work_elsewhere(OTHER.customer)
    said = compare_receipt(site, "1", "2", code=1)
    assert "theirs alone  arcust.address1 in changed rows: Sage Pro wrote '1 New Street'" in said


def test_things_that_we_do_not_post_are_observed(site: Site) -> None:
    site.calibrate("snapshot", site.path("1"))
    site.clerk.work_elsewhere(OTHER.customer)
    words = ("--kind", "observe", "--what", "a new address", *BY)
    site.calibrate("compare", site.path("1"), site.path("2"), *words)
    text = site.path("calibration-01.yaml").read_text("utf-8")
    assert '"a new address": {"wrote": ["arcust.address1 in changed rows: Sage Pro' in text
    assert "No posting kind was calibrated yet" in site.calibrate("show", code=1)


def test_what_cannot_be_compared_is_refused_with_words(site: Site) -> None:
    site.calibrate("snapshot", site.path("1"))
    assert "nothing changed between the snapshots" in compare_receipt(site, "1", "2", code=2)
    assert "name a new file" in site.calibrate("snapshot", site.path("1"), code=2)
    site.clerk.key_receipt(site.slip(PICK, "5.00", "CHK 77", invoice=PICK.number))
    said = compare_receipt(site, "1", "3", "--on-account", "1.00", "--amount", "5.00", code=2)
    assert "the parts sum to 6.00, not to 5.00" in said
    said = compare_receipt(site, "1", "3", "--on-account", "1.00", "--discount", f"{PICK.number}=1", code=2)
    assert "overpayment and receipt with discount at once" in said
    assert "earlier and the later" in compare_receipt(site, "3", "1", code=2)


def test_no_snapshot_is_put_into_the_site(folders: FolderSite) -> None:
    said = folders.calibrate("snapshot", folders.sagepro / "x.snap", code=2)
    assert "lies in the site" in said


def test_what_is_not_said_is_asked_for(site: Site) -> None:
    site.calibrate("snapshot", site.path("1"))
    site.clerk.key_receipt(site.slip(PICK, "5.00", "CHK 77", invoice=PICK.number))
    words = ["sagepro", "calibrate", "compare", str(site.profile), str(site.path("1")), str(site.path("2"))]
    answers = f"receipt\n{PICK.customer}\n{PICK.number}=5.00\nCHK 77\n"
    result = CliRunner().invoke(app, [*words, "--date", str(DAY), *BY], input=answers)
    assert result.exit_code == 1, result.output
    assert open_columns(site, ON_INVOICES) == ["arcash.batch"]


@pytest.fixture
def raised(site: Site, tmp_path: Path) -> Site:
    """A live company on direct, with receipts on invoices calibrated."""
    key_receipt(site)
    site.calibrate("accept", "arcash.batch", "--kind", ON_INVOICES, *BY, "--reason", "deposit slip")
    backup = tmp_path / "backup.zip"
    backup.write_bytes(b"everything")
    profile = read_profile(site.profile)
    at = (SystemClock().now() - timedelta(minutes=5)).astimezone(profile.zone)
    words = ("--to", "direct", *BY, "--reason", "calibrated", "--kind", ON_INVOICES)
    taken = ("--backup", backup, "--backup-taken-at", f"{at:%Y-%m-%dT%H:%M}")
    said = site.run("trust", "raise", site.profile, *words, *taken)
    assert f"stands on direct ({ON_INVOICES}; backup {backup}" in said
    return site


FACT = receipt(OTHER.customer, {OTHER.number: "7.00"}, transaction="901")


def test_a_live_company_on_direct_writes_what_was_calibrated_and_nothing_else(raised: Site) -> None:
    with SageProCompany(read_profile(raised.profile), SystemClock()) as company:
        on_account = receipt(OTHER.customer, {}, "3.00", transaction="902")
        posted, refused = company.post([FACT, on_account])
        assert company.health.mode == "live"
    assert isinstance(posted, Posted)
    assert isinstance(refused, Refused)
    assert "payment on account was not calibrated when the company was raised" in refused.why


def test_a_table_with_another_column_makes_the_calibration_stale(raised: Site) -> None:
    raised.rename_oti()
    profile = read_profile(raised.profile)
    (why,) = proven_kinds(profile)[ON_INVOICES].stale
    assert "table arcash has other columns than when receipt on invoices was calibrated" in why
    with SageProCompany(profile, SystemClock()) as company:
        (answer,) = company.post([FACT])
    assert isinstance(answer, Refused)
    assert "calibrate it again" in answer.why
    assert "stays on direct" in raised.run(
        "trust",
        "raise",
        raised.profile,
        "--to",
        "direct",
        *BY,
        "--reason",
        "x",
        "--kind",
        ON_INVOICES,
        code=2,
    )


def test_a_calibration_that_is_gone_stops_direct_posting(raised: Site) -> None:
    raised.path("calibration-01.yaml").unlink()
    with SageProCompany(read_profile(raised.profile), SystemClock()) as company:
        (answer,) = company.post([FACT])
    assert isinstance(answer, Refused)
    assert "does not tell of receipt on invoices any more" in answer.why
