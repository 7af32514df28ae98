from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import httpx2
import pytest
from typing_extensions import override

from counterfoil.connectors.sagepro.company import SageProCompany
from counterfoil.connectors.sagepro.records import TableName
from counterfoil.connectors.sagepro.remote import RemoteErp, connect_agent
from counterfoil.connectors.sagepro.trust.rungs import Mode
from counterfoil.http.client import OutboundClient, Sends
from counterfoil.http.pin import HostPin
from counterfoil.ports.erp import AlreadyPosted, Posted
from counterfoil.ports.errors import ConfigurationError, EncodingError, TransientError
from tests.support.agent_server import TOKEN, remote, served
from tests.support.sagepro_books import receipt
from tests.support.sagepro_site import Site

FACT = receipt("ABC", {"1001": "100"}, "5")


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path / "sagepro").build()


@pytest.fixture
def company(site: Site) -> Iterator[SageProCompany]:
    with site.open() as company:
        yield company
    assert site.findings() == []


@pytest.fixture
def erp(company: SageProCompany, tmp_path: Path) -> Iterator[RemoteErp]:
    with remote(company, tmp_path) as erp:
        yield erp


class LosesAnswers(httpx2.BaseTransport):
    """Delivers requests, and loses the answers to the first postings."""

    def __init__(self, address: str, count: int) -> None:
        self._inner = httpx2.HTTPTransport(uds=address.removeprefix("unix:"))
        self._left = count
        self.posts_count = 0

    @override
    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        answer = self._inner.handle_request(request)
        if request.method == "POST":
            self.posts_count += 1
            self._left -= 1
            if self._left >= 0:
                answer.read()
                raise httpx2.ReadError("connection lost", request=request)
        return answer

    @override
    def close(self) -> None:
        self._inner.close()


@contextmanager
def over(transport: httpx2.BaseTransport) -> Iterator[RemoteErp]:
    erp = RemoteErp(OutboundClient(HostPin.parse("http://localhost"), transport=transport), TOKEN, "test")
    yield erp
    erp.close()


def ask(address: str, method: str, path: str, **headers: str) -> httpx2.Response:
    transport = httpx2.HTTPTransport(uds=address.removeprefix("unix:"))
    with httpx2.Client(transport=transport, base_url="http://localhost") as client:
        return client.request(method, path, headers=headers, content=b"{")


def test_without_the_token_nothing_is_answered(company: SageProCompany, tmp_path: Path) -> None:
    with remote(company, tmp_path, token="another") as erp:
        with pytest.raises(ConfigurationError, match="agent's token"):
            erp.post([FACT])
        with pytest.raises(ConfigurationError, match="agent's token"):
            erp.health()
    assert company.find_posting(FACT.key) is None


def test_a_lost_answer_is_asked_for_again_and_posts_once(
    site: Site, company: SageProCompany, tmp_path: Path
) -> None:
    with served(company, tmp_path) as address:
        transport = LosesAnswers(address, 1)
        with over(transport) as erp:
            (answer,) = erp.post([FACT])
    assert isinstance(answer, AlreadyPosted)
    assert transport.posts_count == 2
    assert len(site.read(TableName.CASH)) == 2


def test_answers_that_stay_lost_can_be_tried_again_later(company: SageProCompany, tmp_path: Path) -> None:
    with served(company, tmp_path) as address, over(LosesAnswers(address, 2)) as erp:
        with pytest.raises(TransientError, match="nothing is posted twice"):
            erp.post([FACT])
        assert isinstance(erp.post([FACT])[0], AlreadyPosted)


# The HTTP library leaves the socket of a failed connection to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_agent_that_is_away_is_something_that_passes(tmp_path: Path) -> None:
    erp = connect_agent(f"unix:{tmp_path}/none.sock", TOKEN)
    with closing(erp), pytest.raises(TransientError, match="cannot be reached"):
        erp.post([FACT])
    del erp
    gc.collect()


def test_pause_and_resume_over_the_wire(erp: RemoteErp) -> None:
    erp.pause()
    assert erp.health() == {
        "company": "01",
        "paused": True,
        "waiting": 0,
        "quarantined": [],
        "mode": "test",
        "rung": "direct",
        "held": "",
        "outbox_waiting": None,
        "outbox_refused": None,
        "journal_files": None,
    }
    with pytest.raises(TransientError, match="is paused"):
        erp.post([FACT])
    erp.resume()
    assert isinstance(erp.post([FACT])[0], Posted)


def test_what_must_be_mended_is_told_as_such(site: Site, erp: RemoteErp) -> None:
    hidden = site.path(TableName.CUSTOMERS).rename(site.folder / "hidden.dbf")
    with pytest.raises(ConfigurationError, match=r"table not found: .*arcust01"):
        erp.find_customer(FACT.customer)
    hidden.rename(site.path(TableName.CUSTOMERS))


@pytest.mark.parametrize("told", ["live", ""], ids=["another mode", "no mode"])
def test_a_posting_for_books_in_another_mode_is_refused(
    company: SageProCompany, tmp_path: Path, told: str
) -> None:
    with (
        remote(company, tmp_path, mode=told) as erp,
        pytest.raises(ConfigurationError, match=r"says mode: test.*nothing was posted"),
    ):
        erp.post([FACT])
    assert company.find_posting(FACT.key) is None


def test_a_company_that_became_live_after_its_connection_takes_nothing_of_a_test(
    site: Site, tmp_path: Path
) -> None:
    live = site.profile.model_copy(update={"mode": Mode.LIVE})
    with site.open(live) as company, remote(company, tmp_path, mode="test") as erp:
        with pytest.raises(ConfigurationError, match=r"says mode: live.* for a company in mode test"):
            erp.post([FACT])
        assert company.find_posting(FACT.key) is None


def test_malformed_requests_are_refused_and_leave_nothing(company: SageProCompany, tmp_path: Path) -> None:
    token = f"Bearer {TOKEN}"
    json = {"content-type": "application/json"}
    with served(company, tmp_path) as address:
        answers = [
            ask(address, "POST", "/postings", authorization=token, **json),
            ask(address, "POST", "/postings", authorization=token),
            ask(address, "GET", "/postings?key=nonsense", authorization=token),
            ask(address, "POST", "/postings", **json),
        ]
    assert [answer.status_code for answer in answers] == [400, 415, 400, 401]
    assert {answer.headers["content-type"] for answer in answers} == {"application/problem+json"}


def test_more_facts_than_the_agent_takes_at_once_are_sent_in_parts(erp: RemoteErp) -> None:
    facts = [receipt("ABC", {}, "1", transaction=str(number)) for number in range(120)]
    answers = erp.post(facts)
    assert [type(answer) for answer in answers] == [Posted] * 120


def test_many_clients_at_once_are_each_answered(erp: RemoteErp) -> None:
    start = threading.Barrier(8)

    def post(number: int) -> object:
        start.wait()
        return type(erp.post([receipt("XYZ", {}, "1", transaction=str(number % 4))])[0])

    with ThreadPoolExecutor(8) as pool:
        kinds = list(pool.map(post, range(8)))
    assert sorted(str(kind) for kind in kinds) == sorted([str(Posted)] * 4 + [str(AlreadyPosted)] * 4)


def test_the_agent_s_encoding_errors_come_back_as_such(erp: RemoteErp) -> None:
    with pytest.raises(EncodingError, match="facts must be a list"):
        erp._send("POST", "/postings", Sends.READ, {"facts": []})
