"""What every suite shares: programs run this checkout's code, logs stay out of stdout, nothing is timed."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import structlog
from hypothesis import settings

os.environ["PYTHONPATH"] = str(Path(__file__).parents[1] / "src")

# A hub that runs in this process logs from its own threads; a test that reads a command's output must not
# find these lines in it, so that they go to the process's stderr, whatever stands in for sys.stdout.
structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.__stderr__))

# A busy machine is slow and not wrong: no example is timed. `bench/` measures.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
