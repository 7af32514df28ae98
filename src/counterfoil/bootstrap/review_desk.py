"""Where people see what they are asked, share the work, and answer or close it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from enum import Enum

from counterfoil.bootstrap.entered_lines import read_line
from counterfoil.bootstrap.promotion import require_person
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.flows.errors import nearest, quoted
from counterfoil.ports.errors import ConfigurationError
from counterfoil.runtime.engine import Engine
from counterfoil.store.acts import ActRow, Acts
from counterfoil.store.errors import QuestionClosedError, RowMissingError
from counterfoil.store.questions import ALL, Question, Questions, TaskFilter, closed_words
from counterfoil.store.review_work import ReviewWork, TaskAct
from counterfoil.store.run_queue import RunQueue


class Decision(Enum):
    """What a person decided about a task that no run waits for."""

    DONE = "done"
    """What had to be done was done in the books or at the gateway."""
    NOTHING = "nothing"
    """Nothing had to be done."""


class ReviewDesk:
    """The hub's review tasks."""

    def __init__(self, workspace: Workspace) -> None:
        engine = Engine(workspace.database.conninfo)
        queue = RunQueue(workspace.database, engine.defer, workspace.clock)
        self._zone = workspace.clock.now().tzinfo
        self._questions = Questions(workspace.database, queue, workspace.clock)
        self._work = ReviewWork(workspace.database, workspace.clock)
        self._log = Acts(workspace.database)

    def open(self, wanted: TaskFilter = ALL) -> Sequence[Question]:
        """The open tasks: overdue ones first, then the oldest."""
        return self._questions.open(wanted)

    def find(self, task: str) -> Question:
        """By its name, or the newest of a run.

        Raises:
            ConfigurationError: there is none.
        """
        try:
            return self._questions.find(task)
        except RowMissingError as error:
            raise ConfigurationError(f"{error}; counterfoil review list shows the open ones") from error

    def acts(self, question: Question) -> Sequence[ActRow]:
        """What was done with it, oldest first."""
        return self._log.of_task(question.id)

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
        line = read_line("note", note, may_lack=True)
        self._questions.answer(question.id, choice=choice, by=require_person(by), note=line)
        return question

    def assign(self, task: str, to: str, *, by: str) -> Question:
        """Makes it a person's work; empty text: nobody's."""
        question = self.find(task)
        to = read_line("person", " ".join(to.split()), may_lack=True)
        act = TaskAct(act="assign", by=require_person(by), why=to or "nobody", details={"to": to})
        return self._still_open(question, done=self._work.assign(question.id, to, act))

    def set_due(self, task: str, day: date | None, *, by: str) -> Question:
        """By the end of which day (UTC) it is to be decided; None takes the date away."""
        question = self.find(task)
        due_at = None if day is None else datetime.combine(day, time.max, self._zone)
        told = "no date" if day is None else day.isoformat()
        act = TaskAct(act="due", by=require_person(by), why=told, details={"due": told})
        return self._still_open(question, done=self._work.set_due(question.id, due_at, act))

    def note(self, task: str, text: str, *, by: str) -> Question:
        """Keeps a line with it."""
        question = self.find(task)
        act = TaskAct(act="note", by=require_person(by), why=read_line("note", text))
        return self._still_open(question, done=self._work.note(question.id, act))

    def close(
        self, task: str, decision: Decision, *, by: str, reference: str = "", note: str = ""
    ) -> Question:
        """Ends a task that no run waits for, with what a person decided.

        Raises:
            ConfigurationError: a run waits for it, or it is closed.
        """
        question = self.find(task)
        if question.is_open and question.run_status in {"waiting", "running", "parked"}:
            raise ConfigurationError(_still_waits(question))
        reference = read_line("reference", reference, may_lack=decision is Decision.NOTHING)
        note = read_line("note", note, may_lack=decision is Decision.DONE)
        told = {"decision": decision.value, "reference": reference, "note": note}
        why = "; ".join(part for part in (reference, note) if part)
        act = TaskAct(act="close", by=require_person(by), why=why, details=told)
        return self._still_open(question, done=self._work.close(question.id, told, act))

    def _still_open(self, question: Question, *, done: bool) -> Question:
        found = self.find(question.id)
        if not done:
            raise QuestionClosedError(closed_words(found))
        return found


def _still_waits(question: Question) -> str:
    if question.choices:
        return f"a run waits for it: answer with one of {', '.join(question.choices)}"
    return f"it closes itself when its run goes on, which waits for what it tells: {question.why}"
