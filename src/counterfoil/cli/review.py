"""`counterfoil review`: what people are asked, and their answers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from counterfoil.bootstrap.review_desk import ReviewDesk
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.cli.failures import told
from counterfoil.cli.foxpro.telling import AsJson, say, say_document, shown
from counterfoil.config import read_settings
from counterfoil.store.questions import Question

app = typer.Typer(help="What people are asked, and their answers.", no_args_is_help=True)

Task = Annotated[str, typer.Argument(help="The task's name, as `review list` shows it, or its run's.")]
Data = Annotated[Path | None, typer.Option(help="The hub's folder.")]


@app.command("list")
def list_(
    *,
    environment: Annotated[str | None, typer.Option(help="Only this environment's.")] = None,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Shows the open tasks, oldest first; those with choices are waited for by a run."""
    with told(), Workspace(read_settings(data=data)) as workspace:
        found = ReviewDesk(workspace).open(environment)
    if as_json:
        say_document({"tasks": [_document(each) for each in found]})
        return
    for each in found:
        choices = f"  [{', '.join(each.choices)}]" if each.choices else ""
        say(f"{each.id}  {each.opened_at:%Y-%m-%d %H:%M}  {shown(each.title)}{choices}")
    if not found:
        say("nothing is open")


@app.command()
def show(task: Task, *, as_json: AsJson = False, data: Data = None) -> None:
    """Shows a task with what a person needs for it."""
    with told(), Workspace(read_settings(data=data)) as workspace:
        found = ReviewDesk(workspace).find(task)
    if as_json:
        say_document(_document(found))
        return
    say(shown(found.title))
    say(shown(found.why))
    for name, value in found.details.items():
        if name != "choices":
            say(f"  {name}: {shown(str(value))}")
    for word, text in found.choices.items():
        say(f"  choice {word}: {shown(text)}")
    if found.answered_by:
        say(f"answered by {shown(found.answered_by)}: {shown(str((found.answer or {}).get('choice', '')))}")


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


def _document(question: Question) -> dict[str, Any]:
    return {
        "id": question.id,
        "run": question.run,
        "flow": question.flow,
        "environment": question.environment,
        "kind": question.kind,
        "title": shown(question.title),
        "why": shown(question.why),
        "choices": dict(question.choices),
        "opened_at": question.opened_at.isoformat(),
        "answered_by": question.answered_by,
    }
