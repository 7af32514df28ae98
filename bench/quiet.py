"""Keeps the log out of what is measured and shown."""

from __future__ import annotations

import logging

import structlog


def quiet() -> None:
    """Errors alone are logged in this process from here on."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
