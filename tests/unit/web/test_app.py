from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from fastapi.testclient import TestClient
from typing_extensions import override

from counterfoil.ports.errors import TransientError
from counterfoil.store.dead_letters import LetterFilter
from counterfoil.web.app import Deps, create_app
from counterfoil.web.letter_models import (
    CauseAnswer,
    DeadLetterAnswer,
    DeadLetterDetailAnswer,
    MomentAnswer,
    RemedyAnswer,
)
from counterfoil.web.models import (
    ConnectionAnswer,
    EventAnswer,
    FieldAnswer,
    HealthAnswer,
    ReceiptAnswer,
    ReviewTaskAnswer,
    RowAnswer,
    RunAnswer,
    RunDetailAnswer,
)
from counterfoil.web.overview import RunFilter

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
RUN = RunDetailAnswer(
    id="r1",
    event_key="paytrace/m/17/payment/captured",
    transaction="17",
    kind="payment.captured",
    source="silent_post",
    occurred_at=NOON,
    received_at=NOON,
    flow="payment_to_receipt",
    flow_version="abc",
    company="01",
    status="done",
    attempts=1,
    amount="12.00 USD",
    decision="invoice 1001 paid in full",
    why="the payer named invoice <1001>",
    document="1001",
    finished_at=NOON,
    steps=[],
    rows=[
        RowAnswer(
            table="armast01",
            record=7,
            added=False,
            fields=[FieldAnswer(field="balance", before="12.00", after="0.00")],
        )
    ],
)

NEWS = EventAnswer(
    id="e1",
    event_key="books/01/invoice/1001/abc",
    kind="invoice.changed",
    source="change_feed",
    environment="dev",
    company="01",
    summary="invoice 1001 of ABC: balance 100.00 -> 60.00",
    runs=0,
    occurred_at=NOON,
    received_at=NOON,
)
TASK = ReviewTaskAnswer(
    id="t1",
    run="",
    transaction="1001",
    amount="",
    kind="receipt.keyed_by_hand",
    title="Receipts were keyed by hand",
    why="ANNA keyed 100.00 on 1001 of ABC",
    opened_at=NOON,
    count=3,
)

LETTER = DeadLetterDetailAnswer(
    run="r2",
    attempts=5,
    flow="payment_to_receipt",
    environment="dev",
    company="01",
    transaction="18",
    status="dead",
    problem="bug",
    cause="bug-1",
    node="post",
    why="two answers",
    stopped_at=NOON,
    due_at=None,
    event_key="payment/18",
    kind="payment.captured",
    is_open=True,
    reason="Counterfoil or the flow is at fault: two answers",
    event={"note": "</pre><b>"},
    inputs={},
    timeline=[MomentAnswer(at=NOON, what="attempt 5 stopped for good: two answers", node="post")],
    remedies=[RemedyAnswer(act="retry", words="retry after an update")],
    acts=[],
)


@dataclass
class FixedOverview:
    """An overview of one run."""

    ready: bool = True
    asked: list[RunFilter] = field(default_factory=list)

    def runs(self, wanted: RunFilter) -> Sequence[RunAnswer]:
        self.asked.append(wanted)
        return [RUN]

    def run(self, run_id: str) -> RunDetailAnswer | None:
        return RUN if run_id == "r1" else None

    def receipts(self, limit: int) -> Sequence[ReceiptAnswer]:
        return []

    def review_tasks(self, limit: int) -> Sequence[ReviewTaskAnswer]:
        return [TASK]

    def events(self, limit: int, *, without_runs: bool = False) -> Sequence[EventAnswer]:
        return [NEWS]

    def connections(self) -> Sequence[ConnectionAnswer]:
        return []

    def health(self) -> HealthAnswer:
        return HealthAnswer(ready=self.ready, parts={"worker": "works" if self.ready else "stopped"})


@dataclass
class FixedLetters:
    """One dead letter."""

    asked: list[LetterFilter] = field(default_factory=list)

    def causes(self, wanted: LetterFilter) -> Sequence[CauseAnswer]:
        self.asked.append(wanted)
        return []

    def letters(self, wanted: LetterFilter, limit: int) -> Sequence[DeadLetterAnswer]:
        self.asked.append(wanted)
        return [LETTER]

    def letter(self, run_id: str) -> DeadLetterDetailAnswer | None:
        return LETTER if run_id == "r2" else None


@pytest.fixture
def overview() -> FixedOverview:
    return FixedOverview()


@pytest.fixture
def client(overview: FixedOverview) -> Iterator[TestClient]:
    with TestClient(
        create_app(Deps(overview=overview, letters=FixedLetters(), hooks=[])), base_url="http://127.0.0.1"
    ) as client:
        yield client


def test_the_filter_reaches_the_overview(client: TestClient, overview: FixedOverview) -> None:
    assert client.get("/api/runs?transaction=17&limit=5").json()[0]["amount"] == "12.00 USD"
    assert overview.asked == [RunFilter(transaction="17", limit=5)]


def test_a_limit_out_of_bounds_is_refused(client: TestClient) -> None:
    assert client.get("/api/runs?limit=100000").status_code == 422


def test_an_unknown_run_is_not_found(client: TestClient) -> None:
    assert client.get("/api/runs/other").status_code == 404
    assert client.get("/runs/other").status_code == 404


def test_a_page_shows_the_rows_and_escapes_what_payers_wrote(client: TestClient) -> None:
    page = client.get("/runs/r1").text
    assert "armast01" in page
    assert "&lt;1001&gt;" in page
    assert "<1001>" not in page


def test_news_that_no_flow_works_on_are_shown(client: TestClient) -> None:
    page = client.get("/").text
    assert "invoice 1001 of ABC: balance 100.00 -&gt; 60.00" in page
    assert client.get("/api/events?without_runs=true").json()[0]["kind"] == "invoice.changed"


def test_a_task_without_a_run_leads_nowhere_and_counts_its_events(client: TestClient) -> None:
    page = client.get("/").text
    assert "ANNA keyed 100.00 on 1001 of ABC (and 2 before)" in page
    assert 'href="/runs/"' not in page


def test_ready_is_503_until_the_worker_works(overview: FixedOverview) -> None:
    overview.ready = False
    client = TestClient(
        create_app(Deps(overview=overview, letters=FixedLetters(), hooks=[])), base_url="http://127.0.0.1"
    )
    assert client.get("/ready").status_code == 503
    assert client.get("/health").status_code == 200


class AwayOverview(FixedOverview):
    """An overview whose database does not answer."""

    @override
    def runs(self, wanted: RunFilter) -> Sequence[RunAnswer]:
        raise TransientError("the database does not answer")


def test_a_database_that_is_away_is_told_as_such_with_when_to_ask_again() -> None:
    client = TestClient(
        create_app(Deps(overview=AwayOverview(), letters=FixedLetters(), hooks=[])),
        base_url="http://127.0.0.1",
    )
    answer = client.get("/api/runs")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert answer.json()["detail"] == "the database does not answer"


def test_a_foreign_host_name_is_refused(client: TestClient) -> None:
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400


def test_pages_load_nothing_from_elsewhere(client: TestClient) -> None:
    for path in ("/", "/docs", "/runs/r1"):
        answer = client.get(path)
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "http://" not in answer.text.replace("http://127.0.0.1", "")
        assert "https://" not in answer.text


def test_the_openapi_document_names_every_api_path(client: TestClient) -> None:
    document = json.loads(client.get("/openapi.json").text)
    assert {"/api/runs", "/api/receipts", "/api/review-tasks", "/ready"} <= set(document["paths"])


@pytest.mark.parametrize(
    "path", ["/api/runs/%00", "/runs/%00", "/api/runs?status=%00", "/api/runs?transaction=%25"]
)
def test_what_no_id_or_state_consists_of_is_refused(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 422


def test_the_page_of_a_dead_letter_tells_why_and_what_may_be_done(client: TestClient) -> None:
    page = client.get("/dead-letters/r2").text
    assert "Counterfoil or the flow is at fault: two answers" in page
    assert "counterfoil dead-letters retry r2" in page
    assert "attempt 5 stopped for good" in page
    assert "</pre><b>" not in page
    assert client.get("/dead-letters/other").status_code == 404


def test_dead_letters_are_listed_by_what_is_asked_for(overview: FixedOverview) -> None:
    letters = FixedLetters()
    app = create_app(Deps(overview=overview, letters=letters, hooks=[]))
    client = TestClient(app, base_url="http://127.0.0.1")
    asked = "/api/dead-letters?problem=bug&cause=bug-1&transaction=18"
    assert [each["run"] for each in client.get(asked).json()] == ["r2"]
    assert letters.asked == [LetterFilter(problem="bug", cause="bug-1", order_key_end="18")]
    assert client.get("/api/dead-letters/r2").json()["remedies"][0]["act"] == "retry"
    assert client.get("/api/dead-letters/causes").json() == []
    assert client.get("/api/dead-letters?problem=other").status_code == 422
    assert {path for path in client.get("/openapi.json").json()["paths"] if "dead" in path} == {
        "/api/dead-letters",
        "/api/dead-letters/causes",
        "/api/dead-letters/{run_id}",
    }
