"""`counterfoil review`: what people are asked, who works on it, and their decisions."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from counterfoil.bootstrap.review_desk import Decision, ReviewDesk
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.cli.failures import told
from counterfoil.cli.foxpro.telling import AsJson, say, say_document, shown
from counterfoil.cli.letter_telling import act_document, say_values
from counterfoil.config import read_settings
from counterfoil.ports.clock import SystemClock
from counterfoil.runtime.letter_timeline import acted
from counterfoil.store.questions import Question, TaskFilter

app = typer.Typer(help="What people are asked, and their answers.", no_args_is_help=True)

Task = Annotated[str, typer.Argument(help="The task's name, as `review list` shows it, or its run's.")]
By = Annotated[str, typer.Option(help="Who does it; kept with it.")]
Note = Annotated[str, typer.Option(help="A line to keep with it.")]
Data = Annotated[Path | None, typer.Option(help="The hub's folder.")]


@app.command("list")
def list_(  # noqa: PLR0913 - a command's options
    *,
    environment: Annotated[str | None, typer.Option(help="Only this environment's.")] = None,
    kind: Annotated[str, typer.Option(help="Only this kind's, such as suspected_duplicate.")] = "",
    to: Annotated[str, typer.Option(help="Only what is this person's.")] = "",
    unassigned: Annotated[bool, typer.Option("--unassigned", help="Only what is nobody's.")] = False,
    overdue: Annotated[bool, typer.Option("--overdue", help="Only what is past its day.")] = False,
    transaction: Annotated[str, typer.Option(help="Only this transaction's.")] = "",
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Shows the open tasks: overdue ones first, then the oldest; those with choices are waited for."""
    wanted = TaskFilter(
        environment=environment,
        kind=kind,
        assigned_to=to,
        transaction=transaction,
        overdue=overdue,
        unassigned=unassigned,
    )
    with told(), Workspace(read_settings(data=data)) as workspace:
        found = ReviewDesk(workspace).open(wanted)
    if as_json:
        say_document({"tasks": [_document(each) for each in found]})
        return
    for each in found:
        say(_line(each))
    if not found:
        say("nothing is open")


@app.command()
def show(task: Task, *, as_json: AsJson = False, data: Data = None) -> None:
    """Shows a task with what a person needs for it, and what was done with it."""
    with told(), Workspace(read_settings(data=data)) as workspace:
        desk = ReviewDesk(workspace)
        found = desk.find(task)
        acts = desk.acts(found)
    if as_json:
        say_document(_document(found) | {"acts": [act_document(act) for act in acts]})
        return
    say(shown(found.title))
    say(shown(found.why))
    say_values({name: value for name, value in found.details.items() if name != "choices"})
    for word, text in found.choices.items():
        say(f"  choice {word}: {shown(text)}")
    if found.assigned_to or found.due_at:
        due = f", due {found.due_at:%Y-%m-%d}" if found.due_at else ""
        say(f"  {shown(found.assigned_to) or 'nobody'} works on it{due}")
    for act in acts:
        say(f"  {act.at:%Y-%m-%d %H:%M}  {shown(acted(act))}")
    if found.answered_by:
        answer = found.answer or {}
        decided = str(answer.get("choice") or answer.get("decision", ""))
        say(f"answered by {shown(found.answered_by)}: {shown(decided)}")


@app.command()
def answer(
    task: Task,
    choice: Annotated[str, typer.Argument(help="One of the task's choices.")],
    *,
    by: Annotated[str, typer.Option(help="Who answers; kept with it.")],
    note: Annotated[str, typer.Option(help="A line to keep with the answer.")] = "",
    data: Data = None,
) -> None:
    """Answers a question that a run waits for; the run goes on at once. The first answer stands."""
    with told(), Workspace(read_settings(data=data)) as workspace:
        question = ReviewDesk(workspace).answer(task, choice, by=by, note=note)
    say(f"answered: {shown(question.choices[choice])}; the run goes on")


@app.command()
def assign(
    task: Task,
    *,
    to: Annotated[str, typer.Option(help="Whose work it is; empty text: nobody's.")],
    by: By,
    data: Data = None,
) -> None:
    """Makes an open task a person's work."""
    with told(), Workspace(read_settings(data=data)) as workspace:
        found = ReviewDesk(workspace).assign(task, to, by=by)
    say(f"{shown(found.assigned_to) or 'nobody'} works on {shown(found.title)}")


@app.command()
def due(
    task: Task,
    day: Annotated[
        datetime | None, typer.Argument(formats=["%Y-%m-%d"], help="The last day for it; none: no date.")
    ] = None,
    *,
    by: By,
    data: Data = None,
) -> None:
    """Says by the end of which day (UTC) an open task is to be decided."""
    with told(), Workspace(read_settings(data=data)) as workspace:
        found = ReviewDesk(workspace).set_due(task, day.date() if day else None, by=by)
    say(f"due {found.due_at:%Y-%m-%d}" if found.due_at else "no date")


@app.command()
def note(
    task: Task,
    text: Annotated[str, typer.Argument(help="One line.")],
    *,
    by: By,
    data: Data = None,
) -> None:
    """Keeps a line with an open task."""
    with told(), Workspace(read_settings(data=data)) as workspace:
        ReviewDesk(workspace).note(task, text, by=by)
    say("noted")


@app.command()
def close(
    task: Task,
    decision: Annotated[Decision, typer.Argument(help="Whether something was done about it.")],
    *,
    by: By,
    reference: Annotated[str, typer.Option(help="What was done, such as a receipt's number.")] = "",
    note: Note = "",
    data: Data = None,
) -> None:
    """Closes a task that no run waits for: done, with its reference, or nothing, with the reason as note."""
    with told(), Workspace(read_settings(data=data)) as workspace:
        found = ReviewDesk(workspace).close(task, decision, by=by, reference=reference, note=note)
    say(f"closed: {shown(found.title)}")


def _line(task: Question) -> str:
    overdue = task.due_at is not None and task.due_at < SystemClock().now()
    parts = [
        f"{task.id}  {task.opened_at:%Y-%m-%d %H:%M}",
        "OVERDUE" if overdue else "",
        shown(task.title),
        f"[{', '.join(task.choices)}]" if task.choices else "",
        f"({shown(task.assigned_to)})" if task.assigned_to else "",
        f"due {task.due_at:%Y-%m-%d}" if task.due_at else "",
    ]
    return "  ".join(part for part in parts if part)


def _document(question: Question) -> dict[str, Any]:
    return {
        "id": question.id,
        "run": question.run,
        "flow": question.flow,
        "environment": question.environment,
        "order_key": question.order_key,
        "kind": question.kind,
        "title": shown(question.title),
        "why": shown(question.why),
        "choices": dict(question.choices),
        "assigned_to": question.assigned_to,
        "due_at": question.due_at.isoformat() if question.due_at else None,
        "opened_at": question.opened_at.isoformat(),
        "is_open": question.is_open,
        "answered_by": question.answered_by,
    }
