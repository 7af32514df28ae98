"""The program `counterfoil`, also `python -m counterfoil`: the command line with its logs apart."""

from __future__ import annotations

from counterfoil.cli import app
from counterfoil.security.card_guard import scrub_object
from counterfoil.telemetry.logging import configure_logging


def main() -> None:
    """Runs one command; stdout is for its answer alone, what goes wrong on the way is logged to stderr."""
    configure_logging(scrub_object, as_json=False, level="WARNING")
    app()


if __name__ == "__main__":
    main()
