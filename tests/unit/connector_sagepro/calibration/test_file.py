"""The calibration file: written whole, whatever it holds, and without card numbers."""

from __future__ import annotations

from pathlib import Path

from counterfoil.connectors.sagepro.calibration.file import (
    Calibration,
    Observed,
    read_calibration,
    write_calibration,
)

LONG = 16_384


def test_a_file_of_any_length_is_written_and_read_again(tmp_path: Path) -> None:
    path = tmp_path / "calibration-01.yaml"
    told = tuple(f"arcust.address{number} in changed rows" for number in range(1_000))
    calibration = Calibration(company="01", observed={"a new address": Observed(wrote=told)})
    write_calibration(path, calibration)
    assert path.stat().st_size > LONG
    assert read_calibration(path, "01") == calibration


def test_card_numbers_do_not_get_into_the_file(tmp_path: Path) -> None:
    path = tmp_path / "calibration-01.yaml"
    told = ("arcust.comment: Sage Pro wrote '4111111111111111'",)
    observed = {"card 4111111111111111": Observed(wrote=told)}
    write_calibration(path, Calibration(company="01", observed=observed))
    assert "4111111111111111" not in path.read_text("utf-8")


def test_what_an_earlier_version_observed_is_read_as_seen_once(tmp_path: Path) -> None:
    path = tmp_path / "calibration-01.yaml"
    path.write_text('company: "01"\nobserved: {"GL transfer": ["ardist.dtstat in changed rows"]}\n', "utf-8")
    found = read_calibration(path, "01").observed["GL transfer"]
    assert (found.wrote, found.seen) == (("ardist.dtstat in changed rows",), 1)
