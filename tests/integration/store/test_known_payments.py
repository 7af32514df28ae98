"""What the hub's tables know of payments and of refunds that it made."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from counterfoil.domain.identifiers import CustomerNumber, TransactionId
from counterfoil.domain.money import Money
from counterfoil.ports.effects import Effect, EffectKind, EffectState, Moved
from counterfoil.ports.known_payments import VAULT_CUSTOMER
from counterfoil.ports.run_store import ReviewTask, RunResult
from counterfoil.store.cross_references import CrossReferences
from counterfoil.store.database import Database
from counterfoil.store.effects import StoredEffects
from counterfoil.store.inbox import NewEvent
from counterfoil.store.known_payments import StoredPayments
from counterfoil.store.overview import Overview
from counterfoil.store.review_work import ReviewWork, TaskAct
from tests.integration.store.samples import START, Hub, event


def carried_out(hub: Hub, key: str, sent: EffectKind, *, of: str, by: str, connection: str = "c1") -> None:
    effects = StoredEffects(hub.database, hub.clock)
    effect = Effect(
        key=key,
        kind=EffectKind.GIVE_BACK,
        connection=connection,
        digest=key,
        amount=Money.of("5.00", "USD"),
        transaction=TransactionId(of),
    )
    row = effects.begin(effect)
    done = replace(row, state=EffectState.DONE, sent=sent, carried=TransactionId(by))
    assert not isinstance(effects.change(done), Moved)


def test_a_refund_that_we_made_is_known_by_its_number_and_a_void_is_none(hub: Hub) -> None:
    carried_out(hub, "k1", EffectKind.REFUND, of="7", by="9")
    carried_out(hub, "k2", EffectKind.VOID, of="8", by="8")
    known = StoredPayments(hub.database)
    assert known.find_refunded("c1", TransactionId("9")) == "7"
    assert known.find_refunded("c1", TransactionId("8")) is None
    assert known.find_refunded("c2", TransactionId("9")) is None


def test_a_number_that_two_refunds_claim_tells_nothing(hub: Hub) -> None:
    carried_out(hub, "k1", EffectKind.REFUND, of="7", by="9")
    carried_out(hub, "k2", EffectKind.REFUND, of="8", by="9")
    assert StoredPayments(hub.database).find_refunded("c1", TransactionId("9")) is None


def test_money_that_we_gave_back_or_try_to_is_known_by_the_payment(hub: Hub) -> None:
    effects = StoredEffects(hub.database, hub.clock)
    known = StoredPayments(hub.database)
    carried_out(hub, "k1", EffectKind.REFUND, of="7", by="9")
    wanted = Effect(
        key="k2",
        kind=EffectKind.GIVE_BACK,
        connection="c1",
        digest="k2",
        amount=Money.of("5.00", "USD"),
        transaction=TransactionId("8"),
    )
    row = effects.begin(wanted)
    assert known.is_given_back("c1", TransactionId("7"))
    assert known.is_given_back("c1", TransactionId("8"))
    assert not known.is_given_back("c2", TransactionId("8"))
    assert not known.is_given_back("c1", TransactionId("9"))
    effects.change(replace(row, state=EffectState.FAILED))
    assert not known.is_given_back("c1", TransactionId("8"))


def test_records_of_a_payment_come_in_the_order_of_their_storing(hub: Hub, database: Database) -> None:
    told = [replace(event(number, order_key="m1/7"), body={"n": str(number)}) for number in (1, 2)]
    refund = replace(event(3, order_key="m1/7"), kind="refund.captured")
    hub.accept(*told, refund, event(4, order_key="m1/8"))
    assert StoredPayments(database).records_of("c1", "m1/7") == [{"n": "1"}, {"n": "2"}]
    assert StoredPayments(database).records_of("c2", "m1/7") == []


def naming(hub: Hub, *documents: str, connection: str = "c1", since: datetime = START) -> list[str]:
    found = StoredPayments(hub.database).records_naming(connection, documents, since)
    return [each.lineage for each in found]


def test_payments_are_known_by_the_documents_that_they_name(hub: Hub) -> None:
    first = replace(event(1, order_key="m1/1"), documents=("1001", "SO500"))
    other = replace(event(2, order_key="m1/2"), documents=("10011",))
    refund = replace(event(3, order_key="m1/3", kind="refund.captured"), documents=("1001",))
    again = replace(event(4, order_key="m1/1", kind="payment.settled"), documents=("1001",))
    hub.accept(first, other, refund, again)
    assert naming(hub, "1001") == ["m1/1", "m1/1"]
    assert naming(hub, "SO500", "10011") == ["m1/1", "m1/2"]
    assert naming(hub, "1002", "") == naming(hub, "") == naming(hub) == []
    assert naming(hub, "1001", connection="c2") == []


def test_what_nobody_read_counts_where_the_number_stands_in_it_and_it_came_lately(hub: Hub) -> None:
    unread = event(1, order_key="m1/1", note="pays inv-1001")
    elsewhere = event(2, order_key="m1/2", note="1002")
    read = replace(event(3, order_key="m1/3", note="1001"), documents=())
    hub.accept(unread, elsewhere, read)
    assert naming(hub, "1001") == naming(hub, "INV-1001") == ["m1/1"]
    assert naming(hub, "1001", since=hub.clock.now() + timedelta(seconds=1)) == []
    (found,) = StoredPayments(hub.database).records_naming("c1", ["1001"], START)
    assert (found.kind, found.body["note"]) == ("payment.captured", "pays inv-1001")


def test_what_was_told_of_a_payment_and_of_its_disputes_comes_in_order(hub: Hub) -> None:
    hub.accept(event(1, order_key="m1/7"), event(2, order_key="m1/7", kind="chargeback.opened"))
    hub.accept(event(3, order_key="m1/8"))
    known = StoredPayments(hub.database)
    assert known.kinds_told("c1", "m1/7") == ["payment.captured", "chargeback.opened"]
    assert known.kinds_told("c2", "m1/7") == []


def test_what_was_told_of_in_a_time_comes_with_its_last_record(hub: Hub) -> None:
    hub.accept(*(replace(event(number, order_key="m1/7"), body={"n": str(number)}) for number in (1, 2)))
    hub.pass_time(hours=1)
    hub.accept(
        event(3, order_key="m1/8"), replace(event(4, order_key="m1/batch/1"), kind="settlement.closed")
    )
    hub.accept(replace(event(5, order_key="m1/7"), body={"n": "5"}))
    known, hour = StoredPayments(hub.database), timedelta(hours=1)

    def told(since: datetime, until: datetime) -> list[tuple[str, object]]:
        found = known.told_between("c1", since, until)
        return [(each.lineage, each.body.get("n")) for each in found]

    assert told(START, START + hour) == [("m1/7", "5")]
    assert told(START + hour, START + 2 * hour) == [("m1/7", "5"), ("m1/8", None)]
    assert told(START - hour, START) == []
    assert known.told_between("c2", START, START + hour) == []


def test_payments_that_a_person_was_asked_about_are_known(hub: Hub) -> None:
    asked, done, _ = hub.accept(*(event(number, order_key=f"m1/{number}") for number in (7, 8, 9)))
    task = ReviewTask(run=asked, kind="refund", title="Which?", why="nobody knows")
    hub.runs.close_run(asked, RunResult.HELD, {}, task)
    hub.runs.close_run(done, RunResult.DONE, {})
    known = StoredPayments(hub.database)
    assert known.asked_about("c1", ["m1/7", "m1/8", "m1/9", "m1/10"]) == {"m1/7"}
    (open_task,) = Overview(hub.database).review_tasks(10)
    assert known.questions_open("c1", ["m1/7", "m1/8"]) == {"m1/7"}
    act = TaskAct(act="close", by="Ann", why="entered")
    assert ReviewWork(hub.database, hub.clock).close(open_task.id, {}, act)
    assert known.questions_open("c1", ["m1/7", "m1/8"]) == frozenset()
    assert known.asked_about("c1", ["m1/8"]) == known.asked_about("c2", ["m1/7"]) == frozenset()


def test_refunds_are_told_by_their_last_record_and_the_digits_in_it(hub: Hub) -> None:
    def refund(number: int, status: str, card: str, of: str) -> NewEvent:
        body = {"card": f"xxxx{card}"}
        return replace(event(number, order_key=of, kind=f"refund.{status}"), body=body)

    hub.accept(
        refund(1, "captured", "0057", "m1/1"),
        refund(2, "captured", "4242", "m1/2"),
        replace(event(3, order_key="m1/3"), body={"card": "xxxx0057"}),
        refund(4, "voided", "0057", "m1/1"),
        refund(5, "captured", "0057", "m1/0"),
    )
    known = StoredPayments(hub.database)

    def told(digits: str, since: datetime = START, connection: str = "c1") -> list[tuple[str, str]]:
        return [(each.lineage, each.kind) for each in known.refunds_since(connection, since, digits)]

    assert told("0057") == [("m1/1", "refund.voided"), ("m1/0", "refund.captured")]
    assert [lineage for lineage, _ in told("")] == ["m1/2", "m1/1", "m1/0"]
    assert told("0057", START + timedelta(days=900)) == told("0057", connection="c2") == []


def test_payments_that_name_nothing_are_known_by_words_and_by_whose_payer_it_is(hub: Hub) -> None:
    def payment(number: int, vault: str, *documents: str, kind: str = "payment.captured") -> NewEvent:
        event_ = event(number, order_key=f"m1/{number % 10}", kind=kind)
        return replace(event_, body={"vault": vault, "n": number}, documents=documents)

    runs = hub.accept(
        payment(1, "vault-7"),
        payment(2, "vault-8"),
        payment(3, "vault-7", "1001"),
        payment(4, "vault-7", "9999"),
        payment(5, "vault-9"),
        payment(11, "vault-7", kind="payment.settled"),
        payment(6, "vault-7", kind="refund.captured"),
    )
    task = ReviewTask(run=runs[3], kind="unknown", title="whose?", why="nobody knows")
    hub.runs.close_run(runs[3], RunResult.HELD, {}, task)
    CrossReferences(hub.database, hub.clock).put("c1", VAULT_CUSTOMER, "vault-9", "ABC")
    known = StoredPayments(hub.database)

    def told(customer: str, *words: str, since: datetime = START, connection: str = "c1") -> list[object]:
        found = known.unnamed_of(connection, CustomerNumber(customer), words, since)
        return [each.body["n"] for each in found]

    assert told("ABC", "vault-7") == [11, 3, 4, 5], "what is not in the books may name a wrong one"
    hub.runs.close_run(runs[2], RunResult.DONE, {})
    assert told("ABC", "vault-7") == [11, 4, 5]
    assert told("XYZ", "vault-7", "") == [11, 4]
    assert told("XYZ") == told("ABC", "vault-7", connection="c2") == []
    assert told("ABC", "vault-7", since=START + timedelta(days=900)) == []
