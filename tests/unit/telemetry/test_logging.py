from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from counterfoil.security.card_guard import scrub_object
from counterfoil.telemetry.logging import configure_logging, only_warnings

VISA = "4012000098765439"


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    configured = structlog.get_config()
    text = io.StringIO()
    configure_logging(scrub_object, as_json=True, stream=text)
    yield text
    root.handlers[:], level = before
    root.setLevel(level)
    structlog.configure(**configured)


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_an_event_is_one_line_with_its_keys(stream: io.StringIO) -> None:
    structlog.get_logger().info("receipt_posted", run_id="r1", amount="12.50 USD")
    [line] = lines(stream)
    assert (line["event"], line["run_id"], line["amount"], line["level"]) == (
        "receipt_posted",
        "r1",
        "12.50 USD",
        "info",
    )
    assert str(line["timestamp"]).endswith("Z")


def test_every_value_is_scrubbed_and_secrets_are_dropped(stream: io.StringIO) -> None:
    structlog.get_logger().info(
        "odd_body", order_id=VISA, body={"csc": "999", "note": f"pay {VISA}"}, raw=VISA.encode(), password="p"
    )
    [line] = lines(stream)
    assert VISA not in json.dumps(line)
    assert line["body"] == {"note": "pay [card number removed]"}
    assert "password" not in line


def test_the_text_of_an_exception_is_scrubbed(stream: io.StringIO) -> None:
    def fail() -> None:
        raise ValueError(f"bad card {VISA}, password=hunter2")

    try:
        fail()
    except ValueError:
        structlog.get_logger().exception("charge_failed")
        logging.getLogger("library").exception("it failed")
    assert len(lines(stream)) == 2
    assert "ValueError" in stream.getvalue()
    assert VISA not in stream.getvalue()
    assert "hunter2" not in stream.getvalue()


def test_other_libraries_write_through_the_same_processor(stream: io.StringIO) -> None:
    logging.getLogger("library").warning("got %s from %s", VISA, "outside")
    [line] = lines(stream)
    assert line["event"] == "got [card number removed] from outside"
    assert line["logger"] == "library"


def test_a_command_that_shows_only_warnings_tells_of_all_again_afterwards(stream: io.StringIO) -> None:
    log = structlog.get_logger()
    with only_warnings():
        log.info("request_answered")
        log.warning("connection_not_opened")
    log.info("receipt_posted")
    assert [line["event"] for line in lines(stream)] == ["connection_not_opened", "receipt_posted"]
