from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from counterfoil.ports.run_store import ReviewTask, RunResult
from counterfoil.store.acts import Acts
from counterfoil.store.questions import Questions, TaskFilter
from counterfoil.store.review_work import ReviewWork, TaskAct
from counterfoil.store.run_queue import Turn
from tests.integration.store.samples import START, Hub, add_flow, event


def hold(hub: Hub, run: str, kind: str = "unidentified_receipt", title: str = "Whose money is it?") -> None:
    assert isinstance(hub.queue.begin(run, "w1"), Turn)
    task = ReviewTask(run=run, kind=kind, title=title, why="nobody knows")
    hub.runs.close_run(run, RunResult.HELD, {}, task)


def tasks(hub: Hub, wanted: TaskFilter | None = None) -> list[str]:
    """The runs of the open tasks, in the order in which they are shown."""
    questions = Questions(hub.database, hub.queue, hub.clock)
    return [str(task.run) for task in questions.open(wanted or TaskFilter())]


def task_of(hub: Hub, run: str) -> str:
    return Questions(hub.database, hub.queue, hub.clock).find(run).id


def note(act: str, why: str = "") -> TaskAct:
    return TaskAct(act=act, by="Ann", why=why)


def test_what_is_overdue_is_shown_first_and_tasks_are_found_by_person_kind_and_payment(hub: Hub) -> None:
    runs = hub.accept(*(event(number) for number in (1, 2, 3, 4)))
    first, second, third, fourth = runs
    for run in runs:
        hub.pass_time(minutes=1)
        hold(hub, run, "refund" if run == fourth else "amount")
    work = ReviewWork(hub.database, hub.clock)
    assert work.set_due(task_of(hub, second), START + timedelta(days=3), note("due"))
    assert work.set_due(task_of(hub, third), START + timedelta(days=1), note("due"))
    assert work.assign(task_of(hub, fourth), "Ben", note("assign", "Ben"))
    assert tasks(hub) == [first, second, third, fourth]
    hub.pass_time(days=2)
    assert tasks(hub) == [third, first, second, fourth]
    assert tasks(hub, TaskFilter(overdue=True)) == [third]
    assert tasks(hub, TaskFilter(assigned_to="Ben")) == tasks(hub, TaskFilter(kind="refund")) == [fourth]
    assert tasks(hub, TaskFilter(unassigned=True)) == [third, first, second]
    assert tasks(hub, TaskFilter(transaction="2")) == [second]


def test_of_two_people_who_close_a_task_at_once_one_does_and_every_act_is_kept(hub: Hub) -> None:
    (run,) = hub.accept(event())
    hold(hub, run)
    task, work = task_of(hub, run), ReviewWork(hub.database, hub.clock)
    assert work.note(task, note("note", "called the customer"))

    def close(person: str) -> bool:
        return work.close(task, {"decision": "done"}, TaskAct(act="close", by=person, why="R00012"))

    with ThreadPoolExecutor(2) as people:
        assert sorted(people.map(close, ("Ann", "Ben"))) == [False, True]
    assert [act.act for act in Acts(hub.database).of_task(task)] == ["note", "close"]
    assert not work.note(task, note("note", "too late"))
    assert tasks(hub) == []


def test_a_task_of_a_run_that_went_on_closes_itself_and_that_is_kept(hub: Hub) -> None:
    (run,) = hub.accept(event())
    assert isinstance(hub.queue.begin(run, "w1"), Turn)
    asked = ReviewTask(run=run, kind="hand_keyed", title="Was it keyed by hand?", why="ANNA keyed 120.00")
    hub.runs.ask(run, "post#1", asked)
    assert tasks(hub) == [run]
    task = task_of(hub, run)
    hub.runs.close_run(run, RunResult.DONE, {"posting": "posted"})
    assert tasks(hub) == []
    (act,) = Acts(hub.database).of_task(task)
    assert (act.act, act.by, act.why) == ("went_on", "", "the run came to its end")


def test_money_that_was_taken_back_outdates_what_it_was_to_pay(hub: Hub) -> None:
    told = (event(1, order_key="a"), event(2, order_key="a"), event(3, order_key="b"))
    first, voided, other = hub.accept(*told)
    hold(hub, first)
    task = task_of(hub, first)
    hold(hub, other)
    hold(hub, voided, "taken_back", "Reverse it where it was entered")
    assert sorted(tasks(hub)) == sorted((other, voided))
    (act,) = Acts(hub.database).of_task(task)
    assert (act.act, act.why) == ("went_on", "Reverse it where it was entered")


def test_a_question_about_a_dispute_stays_open_when_the_payment_is_taken_back(hub: Hub) -> None:
    """Its fee or amount is asked about, not what the payment was to pay."""
    add_flow(hub.database, "dispute_to_books", "dev", trigger="chargeback.*")
    told = (event(1, order_key="a", kind="chargeback.opened"), event(2, order_key="a"))
    dispute, voided = hub.accept(*told)
    hold(hub, dispute, "amount", "A fee of 250.00 USD")
    hold(hub, voided, "taken_back", "Reverse it where it was entered")
    assert sorted(tasks(hub)) == sorted((dispute, voided))
