"""The pages as a person sees them in a browser."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest

from tests.e2e.browser import Browser, Shown
from tests.e2e.conftest import Played

PAGES = ("/", "/docs", "a run that posted", "a run that is held")
PICTURE_BYTES_MIN = 10_000


def path_of(page: str, played: Played) -> str:
    match page:
        case "a run that posted":
            return played.page_of(played.overpaid)
        case "a run that is held":
            return played.page_of(played.unknown)
        case _:
            return page


def opened(browser: Browser, played: Played, path: str) -> Shown:
    return browser.open(urljoin(played.hub.client.url, path))


@pytest.mark.parametrize("page", PAGES)
def test_a_page_loads_nothing_from_elsewhere_and_writes_no_error(
    browser: Browser, played: Played, page: str
) -> None:
    shown = opened(browser, played, path_of(page, played))
    assert shown.console == []
    places = {urlsplit(url).netloc for url in shown.loaded}
    assert places == {urlsplit(played.hub.client.url).netloc}
    assert any(url.endswith("/assets/style.css") for url in shown.loaded)


def test_the_console_would_tell_of_what_the_policy_refuses(browser: Browser, tmp_path: Path) -> None:
    policy = "<meta http-equiv='Content-Security-Policy' content=\"default-src 'none'\">"
    page = tmp_path / "page.html"
    page.write_text(f"{policy}<img src='http://127.0.0.1:9/x.png'>", "utf-8")
    shown = browser.open(page.as_uri())
    assert any("Content Security Policy" in line for line in shown.console)


def test_the_first_page_shows_receipts_runs_and_what_waits(browser: Browser, played: Played) -> None:
    text = opened(browser, played, "/").text
    assert "2 receipts in the books" in text
    assert "1 waiting for a person" in text
    assert "Money of an unknown customer" in text
    assert "Ready database: works, worker: works, agent 01: works" in text
    for transaction in (played.applied, played.overpaid, played.unknown):
        assert transaction in text
    for receipt in played.hub.http.get("/api/receipts").json():
        assert f"{receipt['document']} {receipt['customer']} {receipt['amount']}" in text


def test_a_run_page_shows_the_decision_and_every_row_that_was_written(
    browser: Browser, played: Played
) -> None:
    path = played.page_of(played.overpaid)
    run = played.hub.http.get(f"/api{path}").json()
    text = opened(browser, played, path).text
    assert run["decision"] in text
    assert run["why"] in text
    assert len(run["rows"]) > 5
    for row in run["rows"]:
        assert f"{row['table']} {row['record']}" in text
    changed = next(row for row in run["rows"] if row["table"] == "arcust01")
    balance = next(field for field in changed["fields"] if field["field"] == "balance")
    assert f"balance {balance['before']} → {balance['after']}" in text


def test_a_held_run_says_that_it_wrote_nothing(browser: Browser, played: Played) -> None:
    text = opened(browser, played, played.page_of(played.unknown)).text
    assert "no invoice number was given" in text
    assert "This run wrote nothing to the books." in text


def test_the_api_page_lists_what_the_api_answers(browser: Browser, played: Played) -> None:
    text = opened(browser, played, "/docs").text
    paths = played.hub.http.get("/openapi.json").json()["paths"]
    assert "/api/runs" in paths
    for path in paths:
        assert path in text


def test_the_first_page_can_be_drawn(browser: Browser, played: Played, tmp_path: Path) -> None:
    picture = tmp_path / "home.png"
    browser.picture(urljoin(played.hub.client.url, "/"), picture)
    assert picture.stat().st_size > PICTURE_BYTES_MIN
