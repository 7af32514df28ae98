"""Switches traces on for a program's life, where the environment names a collector."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from counterfoil import __version__
from counterfoil.ports.errors import ConfigurationError
from counterfoil.telemetry import tracing


@contextmanager
def traced() -> Iterator[None]:
    """Spans are sent until the block ends, and what is left then.

    Raises:
        ConfigurationError: traces are wanted and their libraries are not installed.
    """
    if not tracing.is_wanted():
        yield
        return
    try:
        from counterfoil.telemetry.open_tracing import exporting  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise ConfigurationError("traces need their extra: pip install 'counterfoil[tracing]'") from error
    sending = exporting(__version__)
    back = tracing.use(sending)
    try:
        yield
    finally:
        back()
        sending.close()
