"""A named person's word for kinds that Sage Pro was not seen writing, and what it lets through."""

from __future__ import annotations

import json

import pytest

from counterfoil.connectors.sagepro.company import SageProCompany
from counterfoil.connectors.sagepro.kinds import ON_INVOICES, reversal_of
from counterfoil.connectors.sagepro.profile import read_profile
from counterfoil.ports.clock import SystemClock
from counterfoil.ports.erp import HandedOver, Refused
from tests.integration.sagepro_calibration.conftest import CAST, DAY, FolderSite, Site
from tests.support.outgoing import reversal
from tests.support.sagepro_books import receipt

BY = ("--by", "Ann Lee", "--reason", "the rows were gone through with our accountant")
PICK, OTHER = CAST.unpaid[0], CAST.unpaid[1]
DISPUTE = "chargeback"
FACT = receipt(OTHER.customer, {OTHER.number: "7.00"}, transaction="901")


@pytest.fixture
def vouched(folders: FolderSite) -> Site:
    """A live company with an outbox; a person vouches for one kind that Sage Pro writes and one that not."""
    with folders.profile.open("a", encoding="utf-8") as profile:
        profile.write(f'\noutbox: "{folders.path("outbox")}"\n')
    said = folders.calibrate("vouch", "--kind", ON_INVOICES, "--kind", DISPUTE, *BY)
    assert f"Ann Lee vouches for {ON_INVOICES}, {DISPUTE}" in said
    return folders


def raise_to(site: Site, rung: str, *kinds: str, code: int = 0) -> str:
    words = [word for kind in kinds for word in ("--kind", kind)]
    return site.run("trust", "raise", site.profile, "--to", rung, *words, *BY, code=code)


def test_a_word_is_kept_with_its_person_and_shown_as_no_proof(vouched: Site) -> None:
    said = vouched.calibrate("show", code=1)
    assert f"vouched for   {DISPUTE}, Ann Lee" in said
    assert f"open          {ON_INVOICES}, Ann Lee" in said
    assert "gone through with our accountant" in vouched.path("calibration-01.yaml").read_text("utf-8")


def test_the_check_takes_a_word_for_what_sage_pro_does_not_write_and_for_nothing_else(vouched: Site) -> None:
    said = json.loads(vouched.run("check", vouched.profile, "--json"))["kinds"]
    verdicts = {each["kind"]: (each["verdict"], each["word"]) for each in said}
    assert verdicts[f"{DISPUTE}, card"] == ("safe", "Ann Lee")
    assert verdicts[f"{ON_INVOICES}, card"] == ("unknown", "Ann Lee")
    assert verdicts[reversal_of(DISPUTE)] == ("unknown", "")


def test_a_live_company_hands_over_what_is_vouched_for_and_refuses_what_is_not(vouched: Site) -> None:
    assert f"outbox ({ON_INVOICES})" in raise_to(vouched, "outbox", ON_INVOICES)
    on_account = receipt(OTHER.customer, {}, "3.00", transaction="902")
    with SageProCompany(read_profile(vouched.profile), SystemClock()) as company:
        handed, refused = company.post([FACT, on_account])
        (back,) = company.post([reversal(FACT)])
    assert isinstance(handed, HandedOver)
    assert isinstance(refused, Refused)
    assert "payment on account was not proven or vouched for when the company was raised" in refused.why
    assert not isinstance(back, HandedOver)


def test_a_live_company_is_not_raised_to_the_outbox_without_proof_or_word(vouched: Site) -> None:
    assert "name the posting kinds" in raise_to(vouched, "outbox", code=2)
    said = raise_to(vouched, "outbox", ON_INVOICES, "overpayment", code=2)
    assert "overpayment is not proven here: calibrate it, or vouch for it" in said
    raise_to(vouched, "outbox", ON_INVOICES)
    vouched.calibrate("vouch", "--kind", "overpayment", *BY)
    assert f"({ON_INVOICES}, overpayment)" in raise_to(vouched, "outbox", ON_INVOICES, "overpayment")


def test_a_word_for_what_sage_pro_writes_does_not_let_it_be_written_directly(vouched: Site) -> None:
    said = raise_to(vouched, "direct", ON_INVOICES, DISPUTE, code=2)
    assert f"{ON_INVOICES} is not safe here" in said
    assert f"{DISPUTE} is not safe here" not in said


def test_a_word_ends_with_the_tables_that_it_was_given_for(vouched: Site) -> None:
    raise_to(vouched, "outbox", ON_INVOICES)
    vouched.rename_oti()
    with SageProCompany(read_profile(vouched.profile), SystemClock()) as company:
        (answer,) = company.post([FACT])
    assert isinstance(answer, Refused)
    assert "vouch for it again" in answer.why


def test_kinds_that_need_no_word_or_have_more_than_one_are_refused(vouched: Site) -> None:
    assert "writes no table" in vouched.calibrate("vouch", "--kind", "settlement", *BY, code=2)
    assert "is no posting kind" in vouched.calibrate("vouch", "--kind", "reversal", *BY, code=2)
    assert "say who vouches" in vouched.calibrate("vouch", "--kind", DISPUTE, "--by", "Ann Lee", code=2)


def test_a_comparison_counts_more_than_a_word(vouched: Site) -> None:
    vouched.calibrate("snapshot", vouched.path("1"))
    vouched.clerk.key_receipt(vouched.slip(PICK, "5.00", "CHK 77", invoice=PICK.number))
    words = ("--kind", "receipt", "--customer", PICK.customer, "--invoice", f"{PICK.number}=5.00")
    told = ("--reference", "CHK 77", "--date", DAY, "--by", "Ann Lee")
    vouched.calibrate("compare", vouched.path("1"), vouched.path("2"), *words, *told, code=1)
    assert f"{ON_INVOICES} is not proven here" in raise_to(vouched, "outbox", ON_INVOICES, code=2)
    said = vouched.calibrate("vouch", "--kind", ON_INVOICES, *BY, code=2)
    assert "was compared: what differs is accepted" in said


def test_moved_down_from_direct_to_the_outbox_the_kinds_stay(vouched: Site) -> None:
    vouched.calibrate("vouch", "--kind", reversal_of(DISPUTE), *BY)
    at = SystemClock().now().astimezone(read_profile(vouched.profile).zone)
    backup = vouched.path("backup.zip")
    backup.write_bytes(b"everything")
    taken = ("--backup", backup, "--backup-taken-at", f"{at:%Y-%m-%dT%H:%M}")
    words = ("--to", "direct", "--kind", DISPUTE, *taken, *BY)
    vouched.run("trust", "raise", vouched.profile, *words)
    said = vouched.run("trust", "lower", vouched.profile, "--to", "outbox", *BY)
    assert f"outbox ({DISPUTE})" in said
