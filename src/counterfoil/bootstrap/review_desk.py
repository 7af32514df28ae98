"""Where people see what they are asked and answer what runs wait for."""

from __future__ import annotations

from collections.abc import Sequence

from counterfoil.bootstrap.entered import require_no_card
from counterfoil.bootstrap.promotion import require_person
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.flows.errors import nearest, quoted
from counterfoil.ports.errors import ConfigurationError
from counterfoil.runtime.engine import Engine
from counterfoil.store.errors import RowMissingError
from counterfoil.store.questions import Question, Questions
from counterfoil.store.run_queue import RunQueue

NOTE_MAX = 500


class ReviewDesk:
    """The hub's review tasks."""

    def __init__(self, workspace: Workspace) -> None:
        engine = Engine(workspace.database.conninfo)
        queue = RunQueue(workspace.database, engine.defer, workspace.clock)
        self._questions = Questions(workspace.database, queue, workspace.clock)

    def open(self, environment: str | None = None) -> Sequence[Question]:
        """The open tasks, oldest first."""
        return self._questions.open(environment)

    def find(self, task: str) -> Question:
        """By its name, or the newest of a run.

        Raises:
            ConfigurationError: there is none.
        """
        try:
            return self._questions.find(task)
        except RowMissingError as error:
            raise ConfigurationError(f"{error}; counterfoil review list shows the open ones") from error

    def answer(self, task: str, choice: str, *, by: str, note: str = "") -> Question:
        """Answers a question that a run waits for; gives it.

        Raises:
            ConfigurationError: there is no such task or choice, or it was answered before.
        """
        question = self.find(task)
        if not question.choices:
            raise ConfigurationError(f"no run waits for an answer to {question.id}: {question.why}")
        if choice not in question.choices:
            raise ConfigurationError(f"no choice {quoted(choice)}{nearest(choice, question.choices)}")
        if len(note) > NOTE_MAX or not note.isprintable():
            raise ConfigurationError(f"a note is one line of at most {NOTE_MAX} characters")
        require_no_card(note=note)
        self._questions.answer(question.id, choice=choice, by=require_person(by), note=note.strip())
        return question
