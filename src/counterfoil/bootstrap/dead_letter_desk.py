"""Where people look at dead letters and act on them, one by one or by cause."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from counterfoil.bootstrap.entered import require_no_card
from counterfoil.bootstrap.entered_lines import read_line
from counterfoil.bootstrap.promotion import require_person
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.domain.correcting import CorrectionError, read_corrections
from counterfoil.domain.dead_letters import Act
from counterfoil.ports.errors import ConfigurationError
from counterfoil.runtime.engine import Engine
from counterfoil.runtime.letter_view import LetterView, view
from counterfoil.store.acts import ActRow, Acts
from counterfoil.store.corrections import Corrections
from counterfoil.store.dead_letters import CauseRow, DeadLetters, LetterFilter, LetterRow
from counterfoil.store.errors import RowMissingError
from counterfoil.store.letter_acts import Done, LetterActs, Order
from counterfoil.store.run_queue import RunQueue

BULK_MAX = 10_000
"""Letters in one bulk act; whatever more there is takes another one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Letters as a person saw them."""

    letters: Sequence[tuple[str, int]]
    """Runs with the attempts that they had then."""
    is_named: bool
    """Whether the person named this one run, not a cause."""


class DeadLetterDesk:
    """The hub's dead letters."""

    def __init__(self, workspace: Workspace) -> None:
        engine = Engine(workspace.database.conninfo)
        queue = RunQueue(workspace.database, engine.defer, workspace.clock)
        self._letters = DeadLetters(workspace.database)
        self._log = Acts(workspace.database)
        self._acts = LetterActs(workspace.database, queue, workspace.clock)
        self._corrections = Corrections(workspace.database, queue, workspace.clock)

    def causes(self, wanted: LetterFilter) -> Sequence[CauseRow]:
        """The groups of letters with one cause, the largest first."""
        return self._letters.causes(wanted)

    def letters(self, wanted: LetterFilter, limit: int) -> Sequence[LetterRow]:
        """Oldest first."""
        return self._letters.letters(wanted, limit)

    def find(self, run: str) -> LetterView:
        """A letter, or what became of one.

        Raises:
            ConfigurationError: there is no such run.
        """
        found = self._letters.find(run)
        if found is None:
            raise ConfigurationError(f"there is no run {run}; counterfoil dead-letters list shows them")
        return view(found, self._log.of_run(run))

    def log(self, limit: int) -> Sequence[ActRow]:
        """What was done, newest first."""
        return self._log.newest(limit)

    def named(self, run: str) -> Seen:
        """One letter as it stands now.

        Raises:
            ConfigurationError: the run is none.
        """
        found = self.find(run)
        if not found.is_open:
            became = f"; it is {found.letter.status}"
            if found.acts and found.acts[-1].by:
                became = f": {found.timeline[-1].what}"
            raise ConfigurationError(f"{run} is no dead letter{became}")
        return Seen(letters=[(found.letter.id, found.letter.attempts)], is_named=True)

    def seen(self, wanted: LetterFilter) -> Seen:
        """All letters of a cause as they stand now.

        Raises:
            ConfigurationError: there are none.
        """
        found = self._letters.seen(wanted, BULK_MAX)
        if not found:
            raise ConfigurationError(f"no dead letter has the cause {wanted.cause}")
        return Seen(letters=found, is_named=False)

    def retry(self, seen: Seen, *, by: str, why: str, live_flow: bool = False) -> Done:
        """A new attempt of each, which reads what is done already and posts nothing twice.

        With `live_flow` on the version of its flow that is live now; what may have written stays as it is.
        """
        why = read_line("reason", why, may_lack=True) or "retried"
        details = {"live_flow": True} if live_flow else {}
        order = Order(act=Act.RETRY, by=require_person(by), why=why, details=details, live_flow=live_flow)
        return self._acts.carry_out(seen.letters, order)

    def correct(self, run: str, given: Mapping[str, str], *, by: str, why: str) -> None:
        """A new attempt on what a person says is right; for a held run too, whose question it answers.

        Raises:
            ConfigurationError: that may not be corrected, or not any more; says why.
        """
        try:
            changes = read_corrections(given)
        except CorrectionError as error:
            raise ConfigurationError(str(error)) from error
        require_no_card(**changes)
        try:
            objection = self._corrections.correct(
                run, changes, by=require_person(by), why=read_line("reason", why)
            )
        except RowMissingError as error:
            raise ConfigurationError(f"{error}; counterfoil dead-letters list shows them") from error
        if objection:
            raise ConfigurationError(f"{run} cannot be corrected: {objection}")

    def skip(self, seen: Seen, *, by: str, why: str) -> Done:
        """Closes each without doing anything; the younger runs of its order key go on."""
        return self._close(seen, Act.SKIP, by, read_line("reason", why), {})

    def resolve(self, seen: Seen, *, by: str, reference: str, why: str = "") -> Done:
        """Closes each because a person did it elsewhere, with the reference of what was done."""
        reference = read_line("reference", reference)
        note = read_line("reason", why, may_lack=True)
        told = f"{reference} ({note})" if note else reference
        return self._close(seen, Act.RESOLVE, by, told, {"reference": reference})

    def _close(self, seen: Seen, act: Act, by: str, why: str, details: dict[str, object]) -> Done:
        """Those of a cause spare what may have written already: that is looked at one by one."""
        person = require_person(by)
        order = Order(act=act, by=person, why=why, details=details, spare_open=not seen.is_named)
        return self._acts.carry_out(seen.letters, order)
