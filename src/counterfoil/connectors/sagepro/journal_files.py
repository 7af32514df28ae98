"""The files of journal entries: made from the posting ledger, each once, whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Protocol

import structlog

from counterfoil.connectors.sagepro.journal_entries import JournalEntry, render
from counterfoil.ports.errors import CounterfoilError

FOLDER = "journals"

_log = structlog.get_logger()


class JournalLedger(Protocol):
    """What the posting ledger tells of journal entries."""

    def unwritten_journals(self) -> tuple[JournalEntry, ...]:
        """Entries whose files were not made yet, those of interrupted postings left out."""
        ...

    def note_journal(self, name: str, at: datetime) -> None:
        """From now on the file is people's: it is not made again, wherever they put it."""
        ...


class JournalFiles:
    """Makes the files in the company's own folder; one thread at a time."""

    def __init__(self, folder: Path, ledger: JournalLedger, now: Callable[[], datetime]) -> None:
        self._folder = folder / FOLDER
        self._ledger = ledger
        self._now = now

    def write(self) -> None:
        """Makes the files that are missing.

        A crash between the file and its note makes the same file again under the same name, so that what was
        taken out of the folder in that moment comes back: its posting key tells that it is the same entry.
        Where a file cannot be made its entry waits in the ledger; the postings stand all the same.
        """
        try:
            for entry in self._ledger.unwritten_journals():
                self._make(entry)
                self._ledger.note_journal(entry.name, self._now())
        except (OSError, CounterfoilError) as error:
            _log.error("journal_file_waits", folder=str(self._folder), error=str(error))

    def _make(self, entry: JournalEntry) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{entry.name}.csv"
        draft = path.with_name(f"{path.name}.new")
        with draft.open("w", encoding="utf-8", newline="") as file:
            file.write(render(entry))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
