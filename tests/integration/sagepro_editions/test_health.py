"""Journal files that nobody took yet are counted in an agent's health, whatever keeps the books."""

from __future__ import annotations

import os
from datetime import timedelta

from counterfoil.connectors.sagepro.backlog import Backlog
from counterfoil.connectors.sagepro.profile import parse_profile
from counterfoil.ports.erp import Posted
from tests.support.outgoing import fees, payments, settlement
from tests.support.sagepro_books import PROFILE_TEXT
from tests.support.sagepro_site import NOW, Site

NOTHING = Backlog(count=0, oldest_at=None, oldest_seconds=0)


def test_journal_files_are_counted_until_somebody_takes_them(site: Site) -> None:
    accounts = parse_profile(PROFILE_TEXT, base=site.folder).accounts
    with site.open(site.profile.model_copy(update={"accounts": accounts})) as company:
        (answer,) = company.post([settlement("97", payments("100"), fees("-3"))])
        assert isinstance(answer, Posted)
        (path,) = (site.own_folder / "journals").glob("*.csv")
        os.utime(path, (NOW.timestamp(), NOW.timestamp() - 60))
        assert company.health.journal_files == Backlog(
            count=1, oldest_at=NOW - timedelta(seconds=60), oldest_seconds=60
        )
        path.rename(site.folder / "imported.csv")
        assert company.health.journal_files == NOTHING
