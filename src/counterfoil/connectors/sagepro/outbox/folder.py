"""The outbox folder: one file per posting, which moves from place to place by being renamed.

waiting    left by the agent, for the worker to take
taken      the worker is at it, or was when it died
answers    what the worker answered
withdrawn  taken back by a person before the worker took it
done       entry and answer (.ANS), kept when the posting ledger has them
requests   what the worker asks of Counterfoil

A file is only ever written under another ending, brought to the disk, and renamed: nobody sees half of it,
and of two who want to move it one succeeds.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from enum import Enum
from pathlib import Path

from counterfoil.ports.errors import ConfigurationError

Gate = Callable[[str], None]
"""Is told of every step before it is taken, so that a test may end there."""


def open_gate(_step: str) -> None:
    """Lets every step pass."""


class Place(Enum):
    """A folder of the outbox."""

    WAITING = "waiting"
    TAKEN = "taken"
    ANSWERS = "answers"
    WITHDRAWN = "withdrawn"
    DONE = "done"
    REQUESTS = "requests"


ENTRY_ENDING, ANSWER_ENDING = ".TXT", ".ANS"
_NAME = re.compile(r"CF(\d{6,})(\.TXT|\.ANS)")
_ON_THE_WAY = (Place.WAITING, Place.TAKEN, Place.ANSWERS)


def file_name(number: int, ending: str = ENTRY_ENDING) -> str:
    return f"CF{number:06d}{ending}"


class OutboxFolder:
    """Used by the agent and by people's commands, beside the worker's program."""

    def __init__(self, root: Path, gate: Gate = open_gate) -> None:
        self.root = root
        self._gate = gate

    def create(self) -> None:
        """Makes the places that are missing.

        Raises:
            ConfigurationError: the folder cannot be written.
        """
        try:
            for place in Place:
                (self.root / place.value).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ConfigurationError(f"the outbox {self.root} cannot be written: {error}") from error

    def files(self, place: Place, ending: str = ENTRY_ENDING) -> dict[int, Path]:
        """The files of a place by their numbers, in their order."""
        found = (
            (_NAME.fullmatch(path.name), path)
            for path in (self.root / place.value).iterdir()
            if path.is_file()
        )
        return {int(match[1]): path for match, path in sorted(found, key=str) if match and match[2] == ending}

    def on_the_way(self) -> frozenset[tuple[Place, int]]:
        """Where each entry stands that is neither done nor withdrawn."""
        return frozenset((place, number) for place in _ON_THE_WAY for number in self.files(place))

    def last_number(self) -> int:
        """The highest number in any place; 0 where there is none."""
        numbers = (number for place in Place for ending in _ENDINGS for number in self.files(place, ending))
        return max(numbers, default=0)

    def read(self, place: Place, number: int, ending: str = ENTRY_ENDING) -> str | None:
        """The file's text; None where it is not there."""
        with suppress(FileNotFoundError):
            return self._path(place, number, ending).read_bytes().decode("ascii", "replace")
        return None

    def has(self, place: Place, number: int) -> bool:
        return self._path(place, number).is_file()

    def put(self, number: int, text: str) -> None:
        """Leaves an entry for the worker: whole, on the disk, and only then under its name."""
        folder = self.root / Place.WAITING.value
        draft = folder / file_name(number, ".TMP")
        self._gate("write")
        with draft.open("wb") as file:
            file.write(text.encode("ascii"))
            file.flush()
            self._gate("sync")
            os.fsync(file.fileno())
        self._gate("rename")
        draft.replace(folder / file_name(number))
        _sync_folder(folder)

    def move(self, number: int, origin: Place, target: Place, *, ending: str = ENTRY_ENDING) -> bool:
        """Moves an entry; False where it is not there (any more), as when somebody else was first."""
        path = self._path(origin, number)
        if not path.is_file():
            return False
        self._gate(f"move to {target.value}")
        try:
            path.rename(self._path(target, number, ending))
        except FileNotFoundError:
            return False
        except FileExistsError:  # Windows; elsewhere a file of that name is replaced.
            path.unlink(missing_ok=True)
        for place in (target, origin):
            _sync_folder(self.root / place.value)
        return True

    def move_answer_back(self, number: int) -> bool:
        """Offers an answer that was put away to be read once more."""
        path = self._path(Place.DONE, number, ANSWER_ENDING)
        if not path.is_file():
            return False
        path.rename(self._path(Place.ANSWERS, number))
        return True

    def _path(self, place: Place, number: int, ending: str = ENTRY_ENDING) -> Path:
        return self.root / place.value / file_name(number, ending)

    def requests(self) -> Iterator[Path]:
        """What the worker asks for, oldest name first."""
        yield from sorted(
            path
            for path in (self.root / Place.REQUESTS.value).iterdir()
            if path.is_file() and path.suffix.upper() == ENTRY_ENDING
        )


_ENDINGS = (ENTRY_ENDING, ANSWER_ENDING)


def _sync_folder(folder: Path) -> None:
    """Brings a rename to the disk, where the system can."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
