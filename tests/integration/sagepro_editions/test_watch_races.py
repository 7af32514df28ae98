"""The watch looks while postings are written: nothing of ours is taken for a loss, a restore or a clerk."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from counterfoil.connectors.sagepro.company import SageProCompany
from counterfoil.connectors.sagepro.editions import watch
from counterfoil.ports.changes import Change, LostUpdate, Notice, Subject
from counterfoil.ports.erp import Posted
from tests.integration.sagepro_editions.test_change_feed import Reader
from tests.support.sagepro_books import receipt
from tests.support.sagepro_site import Site

FACTS = [
    receipt("ABC", {number: "0.50"}, "0.25", transaction=f"6{at:03}")
    for at in range(60)
    for number in (("1001", "1002")[at % 2],)
]


def test_looking_while_posting_tells_no_lie(site: Site, company: SageProCompany) -> None:
    reader = Reader(company)
    notices: list[Notice] = []
    with ThreadPoolExecutor(2) as threads:
        singles = threads.submit(lambda: [company.post([fact])[0] for fact in FACTS[:30]])
        groups = threads.submit(lambda: company.post(FACTS[30:]))
        while not (singles.done() and groups.done()):
            notices += reader.news()
            assert company.health.held == ""
        answers = [*singles.result(), *groups.result()]
    notices += reader.news()
    assert all(isinstance(answer, Posted) for answer in answers)
    assert [one for one in notices if isinstance(one, LostUpdate)] == []
    subjects = {one.subject for one in notices if isinstance(one, Change)}
    assert subjects == {Subject.INVOICE, Subject.CUSTOMER}
    with watch(site.profile) as watched:
        assert watched.decisions is not None
        assert watched.decisions.waiting() == ()
