from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from counterfoil.cli import app
from counterfoil.sandbox.sagepro import chart
from counterfoil.sandbox.sagepro.cast import Pick, cast_of
from counterfoil.sandbox.sagepro.company import make_company
from counterfoil.sandbox.sagepro.market import SMALL
from counterfoil.sandbox.sagepro.structures.layouts import COMPANIES, MODULES, Layout
from counterfoil.sandbox.sagepro.writer import write_company
from tests.support.sage_pro_clerk import Keyed, SageProClerk

DAY = date(2026, 11, 23)
COMPANY = make_company(7, DAY, size=SMALL)
CAST = cast_of(COMPANY, unpaid=3)


@dataclass(frozen=True, slots=True)
class Site:
    """A sample company with its profile, a clerk at it, and the commands."""

    folder: Path
    clerk: SageProClerk

    @property
    def profile(self) -> Path:
        return self.folder / "profile.yaml"

    @property
    def sagepro(self) -> Path:
        return self.folder / "site"

    def path(self, name: str) -> Path:
        return self.folder / name

    def slip(self, pick: Pick, amount: str, reference: str, *, invoice: str = "", **more: Any) -> Keyed:
        return Keyed(
            customer=pick.customer,
            amount=Decimal(amount),
            reference=reference,
            day=DAY,
            account=chart.CARD_CLEARING,
            receivable=chart.RECEIVABLE,
            invoice=invoice,
            **more,
        )

    def run(self, *words: object, code: int = 0) -> str:
        result = CliRunner().invoke(app, ["sagepro", *map(str, words)])
        assert result.exit_code == code, result.output
        return result.output

    def calibrate(self, command: str, *words: object, code: int = 0) -> str:
        return self.run("calibrate", command, self.profile, *words, code=code)

    def bytes(self) -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in sorted(self.sagepro.rglob("*")) if path.is_file()}


@pytest.fixture(params=[MODULES, COMPANIES], ids=lambda layout: layout.name)
def layout(request: pytest.FixtureRequest) -> Layout:
    chosen: Layout = request.param
    return chosen


@pytest.fixture
def make_site(tmp_path: Path) -> Callable[[Layout], Site]:
    def make(layout: Layout) -> Site:
        write_company(COMPANY, tmp_path / "site", layout=layout)
        site = Site(tmp_path, SageProClerk(tmp_path / "site"))
        site.run("discover", site.sagepro, "--write-profile", site.profile)
        clearing = f'clearing: {{card: "{chart.CARD_CLEARING}", ach: "{chart.ACH_CLEARING}"}}'
        text = site.profile.read_text("utf-8").replace("clearing: {}", clearing)
        site.profile.write_text(text, "utf-8")
        return site

    return make


@pytest.fixture
def site(make_site: Callable[[Layout], Site], layout: Layout) -> Site:
    return make_site(layout)
