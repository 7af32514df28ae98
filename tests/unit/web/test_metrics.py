from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from counterfoil.telemetry.meters import Meters
from counterfoil.web.metrics import CountedAnswers, area_of, metrics_route


def test_paths_that_strangers_make_up_are_one_area() -> None:
    paths = ("/hooks/silent-post/4111111111111111", "/cards/x", "/api/runs", "/ready", "/wp-login.php", "/")
    assert [area_of(path) for path in paths] == ["hooks", "cards", "api", "pages", "pages", "pages"]


def test_answers_are_counted_and_a_scraper_reads_them() -> None:
    def hook(_request: Request) -> PlainTextResponse:
        return PlainTextResponse("", 401)

    meters = Meters()
    app = Starlette(routes=[Route("/hooks/a", hook), metrics_route(meters)])
    app.add_middleware(CountedAnswers, meters=meters)
    client = TestClient(app)
    client.get("/hooks/a")
    answer = client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert 'counterfoil_requests_total{area="hooks",status="401"} 1.0' in answer.text
