"""A company posts as its rung allows, and a move down counts at once."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from counterfoil.cli import app
from counterfoil.connectors.sagepro.calibration.comparing import Verdict
from counterfoil.connectors.sagepro.calibration.file import (
    Calibration,
    Column,
    KindSeen,
    write_calibration,
)
from counterfoil.connectors.sagepro.calibration.rules import posting_digest
from counterfoil.connectors.sagepro.records import TableName
from counterfoil.connectors.sagepro.shadow.book import ShadowBook
from counterfoil.connectors.sagepro.trust.moving import trust_record
from counterfoil.connectors.sagepro.trust.record import FILE
from counterfoil.connectors.sagepro.trust.rungs import Mode, Move, Rung
from counterfoil.ports.erp import AlreadyPosted, Conflict, Posted, Preview, Refused
from counterfoil.ports.errors import ConfigurationError
from tests.support.sagepro_books import receipt
from tests.support.sagepro_site import NOW, Site
from tests.support.trust import stand

FACT = receipt("ABC", {"1001": "60"}, transaction="1")
OTHER = receipt("XYZ", {}, "5", transaction="2")


def written(site: Site) -> list[object]:
    return [row["refno"] for row in site.read(TableName.CASH)]


def refused(answers: tuple[object, ...]) -> str:
    (answer,) = answers
    assert isinstance(answer, Refused), answer
    return answer.why


@pytest.mark.parametrize("rung", [Rung.READ_ONLY, Rung.SHADOW, Rung.OUTBOX])
def test_nothing_is_written_below_direct(site: Site, rung: Rung) -> None:
    stand(site.profile, rung)
    before = site.contents()
    with site.open() as company:
        preview = company.preview(FACT)
        assert isinstance(preview, Preview)
        assert preview.rows
        assert f"stands on {rung.value}" in preview.withheld
        assert f"stands on {rung.value}" in refused(company.post([FACT]))
        assert company.health.rung == rung.value
        assert company.find_posting(FACT.key) is None
    assert site.contents() == before


def test_a_new_company_is_read_only(site: Site) -> None:
    assert trust_record(site.profile).standing(Mode.TEST).rung is Rung.READ_ONLY


def test_shadow_keeps_the_plan_once(site: Site) -> None:
    stand(site.profile, Rung.SHADOW)
    with site.open() as company:
        assert "clerks key it in Sage Pro" in refused(company.post([FACT]))
        company.post([FACT, OTHER])
    plans = ShadowBook(site.own_folder).plans()
    assert [plan.fact for plan in plans] == [FACT, OTHER]
    (cash,) = [row for row in plans[0].entry.new if row.table is TableName.CASH]
    assert cash.values["number"] == "1001"


def test_a_step_down_counts_for_the_next_posting_and_what_was_posted_is_still_known(site: Site) -> None:
    with site.open() as company:
        assert isinstance(company.post([FACT])[0], Posted)
        stand(site.profile, Rung.READ_ONLY)
        again, fresh = company.post([FACT, OTHER])
        assert isinstance(again, AlreadyPosted)
        assert isinstance(fresh, Refused)
        changed = receipt("ABC", {"1001": "61"}, transaction="1")
        assert isinstance(company.post([changed])[0], Conflict)
        stand(site.profile, Rung.DIRECT)
        assert isinstance(company.post([OTHER])[0], Posted)
    assert site.findings() == []


@pytest.fixture
def calibrated(site: Site) -> KindSeen:
    """The company stands on direct with one kind, of which the calibration tells."""
    kind = "receipt on invoices"
    move = Move(
        rung=Rung.DIRECT,
        person="Ann Lee",
        reason="calibrated",
        at=NOW,
        mode=Mode.TEST,
        kinds=(kind,),
        is_calibrated=True,
    )
    trust_record(site.profile).add(move)
    posting = posting_digest(site.profile, ())
    seen = KindSeen(
        fact="a receipt", by="Ann Lee", compared_at=NOW, program="1", structures={}, posting=posting
    )
    tell(site, seen)
    return seen


def tell(site: Site, seen: KindSeen) -> None:
    assert site.profile.calibration is not None
    write_calibration(
        site.profile.calibration, Calibration(company="01", kinds={"receipt on invoices": seen})
    )


@pytest.mark.usefixtures("calibrated")
def test_direct_writes_the_calibrated_kinds_and_refuses_the_others_in_one_group(site: Site) -> None:
    with site.open() as company:
        posted, refused_ = company.post([FACT, OTHER])
    assert isinstance(posted, Posted)
    assert isinstance(refused_, Refused)
    assert "payment on account was not calibrated" in refused_.why
    assert len(written(site)) == 1


def test_what_a_comparison_shows_counts_for_the_next_posting_of_an_agent_that_runs(
    site: Site, calibrated: KindSeen
) -> None:
    with site.open() as company:
        assert isinstance(company.post([FACT])[0], Posted)
        batch = {"arcash.batch": Column(verdict=Verdict.THEIRS_ALONE, sage_pro="123")}
        tell(site, calibrated.model_copy(update={"new_rows": batch}))
        assert "arcash.batch in new rows" in refused(company.post([receipt("ABC", {"1002": "5"})]))
    assert len(written(site)) == 1


def test_a_test_company_s_trust_does_not_carry_over_to_live_books(site: Site) -> None:
    stand(site.profile)
    with site.open(site.profile.model_copy(update={"mode": Mode.LIVE})) as company:
        assert "is live now: raise it again" in refused(company.post([FACT]))
    assert written(site) == []


def test_a_record_that_was_tampered_with_stops_all_posting(site: Site) -> None:
    with site.open() as company:
        path = site.own_folder / FILE
        path.write_bytes(path.read_bytes().replace(b"Ann Lee", b"Eve Lee"))
        with pytest.raises(ConfigurationError, match="was changed or taken out"):
            company.post([FACT])
    assert written(site) == []


def trust(site: Site, command: str, *words: str, code: int = 0) -> str:
    path = site.write_profile()
    result = CliRunner().invoke(app, ["sagepro", "trust", command, str(path), *words])
    assert result.exit_code == code, result.output
    return result.output


def test_the_command_moves_a_test_company_up_and_down_and_shows_who_did_it(site: Site) -> None:
    assert "nobody has moved it yet" in trust(site, "show")
    who = ("--by", "Ann Lee", "--reason", "training")
    assert "say who moves the company" in trust(site, "raise", "--to", "direct", code=2)
    said = trust(site, "raise", "--to", "direct", *who)
    assert "direct (every kind, without calibration: a test company)" in said
    assert "nothing to raise" in trust(site, "raise", "--to", "outbox", *who, code=2)
    assert "nothing to lower" in trust(site, "lower", "--to", "direct", *who, code=2)
    trust(site, "lower", "--by", "Bo Day", "--reason", "odd rows")
    document = json.loads(trust(site, "show", "--json"))
    assert (document["rung"], document["mode"]) == ("read-only", "test")
    assert [(move["rung"], move["person"]) for move in document["moves"]] == [
        ("direct", "Ann Lee"),
        ("read-only", "Bo Day"),
    ]


def test_a_live_company_is_not_raised_to_direct_without_its_proofs(site: Site) -> None:
    path = site.write_profile(mode="live")
    words = ["--to", "direct", "--by", "Ann Lee", "--reason", "now", "--kind", "receipt on invoices"]
    result = CliRunner().invoke(app, ["sagepro", "trust", "raise", str(path), *words])
    assert result.exit_code == 2
    assert "stays on read-only" in result.output
    assert "receipt on invoices is not safe here: calibrate it" in result.output
    assert "name a backup" in result.output
    assert not site.own_folder.exists()
