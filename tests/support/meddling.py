"""Another program that acts in the moment between a plan and its locks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from typing_extensions import override

from counterfoil.connectors.sagepro.discover import locate_further, locate_tables
from counterfoil.connectors.sagepro.group import Group
from counterfoil.connectors.sagepro.hand_keyed import HandKeyed
from counterfoil.connectors.sagepro.ledger import PostingLedger
from counterfoil.connectors.sagepro.planning import Planned, Planner
from counterfoil.connectors.sagepro.profile import Profile
from counterfoil.connectors.sagepro.results import Result
from counterfoil.connectors.sagepro.tables import Access, OpenTables, TableOpener
from counterfoil.domain.facts.fact import Fact
from tests.support.sagepro_site import Site


class MeddledGroup(Group):
    """Lets another program act after each plan was made."""

    meddle: Callable[[int], None]
    plans_count = 0

    @override
    def _plan(self, planner: Planner, fact: Fact) -> Planned | Result:
        planned = super()._plan(planner, fact)
        self.plans_count += 1
        self.meddle(self.plans_count)
        return planned


@contextmanager
def group_over(
    site: Site, meddle: Callable[[int], None], profile: Profile | None = None
) -> Iterator[MeddledGroup]:
    """A group of postings over the site's tables, with what happens after each plan."""
    known = profile or site.profile
    opener = TableOpener(known, {**locate_further(known), **locate_tables(known).paths}, Access())
    ledger = PostingLedger(site.data)
    with OpenTables(opener, writable=True) as tables:
        group = MeddledGroup(tables, ledger, site.clock.now(), HandKeyed(site.data))
        group.meddle = meddle
        yield group
    ledger.close()


def once(act: Callable[[], None]) -> Callable[[int], None]:
    return lambda count: act() if count == 1 else None
