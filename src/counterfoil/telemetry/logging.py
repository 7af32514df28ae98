"""Log set-up: one line of JSON (or text for people) per event, every value scrubbed, libraries included.

Events have constant names and key=value pairs: ``log.info("receipt_posted", run_id=..., amount=...)``.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from typing import TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

Scrub = Callable[[Mapping[str, object]], dict[str, object]]

# Set by structlog itself on records of other libraries; no values of an event.
_INTERNAL = ("_record", "_from_structlog")


class Scrubbing:
    """The processor that takes card data and secrets out of every key and value of an event.

    It stands after the exception's text was made, so that texts of errors are scrubbed as well.
    """

    def __init__(self, scrub: Scrub) -> None:
        self._scrub = scrub

    def __call__(self, _logger: WrappedLogger, _method: str, event: EventDict) -> MutableMapping[str, object]:
        internal = {key: event.pop(key) for key in _INTERNAL if key in event}
        return {**self._scrub(event), **internal}


# They tell of each request and each job, at a level where we tell of each payment.
_CHATTY = ("httpx2", "httpcore2", "procrastinate", "alembic")


def configure_logging(
    scrub: Scrub, *, as_json: bool, level: str = "INFO", stream: TextIO | None = None
) -> None:
    """Sets up structlog and the standard library's root logger alike; called once by each program."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        Scrubbing(scrub),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    renderer: Processor = (
        structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=False)
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))


@contextmanager
def only_warnings() -> Iterator[None]:
    """Leaves out what a command's reader did not ask for, such as each request; ends with the block."""
    former = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger("WARNING"))
    try:
        yield
    finally:
        structlog.configure(wrapper_class=former["wrapper_class"])
