from __future__ import annotations

from counterfoil.connectors.sagepro.calibration.proof import Proof
from counterfoil.connectors.sagepro.discovery.safety import Evidence, KindVerdict, Verdict, judge
from counterfoil.connectors.sagepro.kinds import kinds, tenders_of
from counterfoil.connectors.sagepro.profile import parse_profile
from counterfoil.connectors.sagepro.records import COLUMNS, Certainty, TableName
from tests.support.sagepro_books import PROFILE_TEXT

FURTHER = {
    "discount": "5800-000",
    "write_off": "6170-000",
    "surcharge": "4250-000",
    "unidentified": "2050-000",
    "returns": "4100-000",
    "deposits": "2400-000",
}
TEXT = PROFILE_TEXT + "".join(f"  {entry}: {account}\n" for entry, account in FURTHER.items())
TEXT += "notes: {somast: {column: orderstat}}\n"
ACCOUNTS = frozenset({"1100-000", "1050-000", "1051-000", *FURTHER.values()})
SEEN = {
    table: [ours for ours, column in COLUMNS[table].items() if column.certainty is not Certainty.PROPOSED]
    for table in TableName
}


CALIBRATED = dict.fromkeys(kinds(), Proof())


def verdicts(text: str = TEXT, **changes: object) -> dict[str, KindVerdict]:
    values: dict[str, object] = {"problems": (), "columns": SEEN, "accounts": ACCOUNTS}
    values |= {"calibrated": CALIBRATED, **changes}
    evidence = Evidence(**values)  # type: ignore[arg-type]
    return {each.name: each for each in judge(parse_profile(text), evidence)}


def test_what_was_calibrated_and_fits_is_safe_for_every_kind_and_tender() -> None:
    found = verdicts()
    assert {each.verdict for each in found.values()} == {Verdict.SAFE}
    assert set(found) == {
        f"{kind}, {tender.value}" if tender else kind for kind in kinds() for tender in tenders_of(kind)
    }
    assert "receipt on invoices, card" in found
    assert "reversal of receipt on invoices" in found


def test_a_kind_that_was_not_calibrated_is_unknown_and_its_guesses_are_named() -> None:
    found = verdicts(
        calibrated={key: Proof() for key in CALIBRATED if key != "payment on account"},
        columns={**SEEN, TableName.LINES: ["base_extended_price", "+the site's own"]},
    )
    assert found["receipt on invoices, card"].verdict is Verdict.SAFE
    on_account = found["payment on account, card"]
    assert on_account.verdict is Verdict.UNKNOWN
    assert on_account.reasons[0].startswith("payment on account was not calibrated: ")
    assert on_account.reasons[1:] == (
        "what Sage Pro writes to artran in bextpri is proposed, not calibrated",
    )


def test_what_leaves_as_files_alone_needs_no_calibration() -> None:
    found = verdicts(calibrated={})
    safe = {name for name, each in found.items() if each.verdict is Verdict.SAFE}
    journals = {"settlement", "chargeback fee, card", "chargeback fee, ach"}
    assert safe == journals | {"reversal of settlement", "reversal of chargeback fee"}


def test_what_sage_pro_writes_otherwise_is_unsafe_and_what_changed_since_is_unknown() -> None:
    why, stale = "arcash.batch differs", "table arcash has other columns"
    found = verdicts(calibrated={**CALIBRATED, "overpayment": Proof(differences=(why,))})
    assert found["overpayment, ach"].reasons == (why,)
    assert found["overpayment, ach"].verdict is Verdict.UNSAFE
    found = verdicts(calibrated={**CALIBRATED, "overpayment": Proof(stale=(stale,))})
    assert found["overpayment, ach"].reasons == (stale,)
    assert found["overpayment, ach"].verdict is Verdict.UNKNOWN


def test_a_chart_that_cannot_be_read_leaves_it_unknown() -> None:
    assert {each.verdict for each in verdicts(accounts=None).values()} == {Verdict.UNKNOWN}


def test_a_tender_without_an_account_is_unsafe_and_the_other_is_not() -> None:
    found = verdicts(TEXT.replace(", ach: 1051-000", ""))
    assert found["receipt on invoices, ach"].verdict is Verdict.UNSAFE
    assert found["receipt on invoices, card"].verdict is Verdict.SAFE


def test_an_account_that_the_chart_lacks_is_unsafe() -> None:
    found = verdicts(accounts=ACCOUNTS - {"1050-000"})["receipt on invoices, card"]
    assert found.verdict is Verdict.UNSAFE
    assert "accounts.clearing.card: the chart of accounts has no 1050-000" in found.reasons[0]


def test_what_keeps_the_agent_from_starting_makes_all_unsafe() -> None:
    found = verdicts(problems=("table arcash01 has no column refno",))
    assert {each.verdict for each in found.values()} == {Verdict.UNSAFE}


def test_a_kind_whose_account_the_profile_leaves_out_is_not_used() -> None:
    found = verdicts(PROFILE_TEXT)
    for kind, entry in (
        ("receipt with discount, card", "accounts.discount"),
        ("receipt with write-off, ach", "accounts.write_off"),
        ("unidentified receipt, card", "accounts.unidentified"),
        ("payment note", "notes"),
    ):
        assert found[kind].is_unused
        assert entry in found[kind].unknown[0]
    assert found["reversal of receipt with discount"].is_unused
    assert not found["receipt on invoices, card"].is_unused
    assert not verdicts()["receipt with discount, card"].is_unused


def test_an_account_of_a_further_kind_that_the_chart_lacks_is_unsafe_for_that_kind_alone() -> None:
    found = verdicts(accounts=ACCOUNTS - {FURTHER["deposits"]})
    assert "accounts.deposits" in found["deposit on an order, card"].unsafe[0]
    assert found["payment on account, card"].verdict is Verdict.SAFE
