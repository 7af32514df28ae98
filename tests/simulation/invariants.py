"""What must be true of money, whatever failed: after each step, and when all has settled."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from counterfoil.domain.dispute import DisputeStage
from counterfoil.domain.disputing import case_key
from counterfoil.domain.facts.keys import Effect, PostingKey
from counterfoil.domain.facts.receipt import ReceiptFact
from counterfoil.domain.facts.refund import RefundFact
from counterfoil.domain.facts.settlement import SettlementFact
from counterfoil.domain.identifiers import document_number
from counterfoil.domain.invoice import ItemKind
from counterfoil.domain.money import Money
from counterfoil.domain.own_marks import bears_mark
from counterfoil.domain.payment import Payment, PaymentKind, PaymentStatus, Tender
from counterfoil.ports.erp import Posted
from counterfoil.ports.run_store import RunResult
from counterfoil.runtime.dispute_operations import told_dispute
from counterfoil.runtime.looking import TAKEN
from tests.simulation.journal import CLEARING, receivable
from tests.simulation.wire import CARD
from tests.support.gateway_loops import CONNECTION
from tests.support.simulated_gateway import MERCHANT, as_record

if TYPE_CHECKING:
    from tests.simulation.world import World

_OF_DISPUTES = {
    DisputeStage.OPENED: Effect.CHARGEBACK,
    DisputeStage.FEE: Effect.CHARGEBACK_FEE,
    DisputeStage.WON: Effect.CHARGEBACK_OUTCOME,
    DisputeStage.LOST: Effect.CHARGEBACK_OUTCOME,
}
_GENERATIONS = range(1, 5)


def always(world: World) -> None:
    """After each step."""
    _nothing_charged_twice(world)
    assert not world.rows.out_of_order, world.rows.out_of_order
    entries = len(world.books.journal.entries)
    if not world.books.is_held and entries != world.checked:
        _books_agree(world)
        world.checked = entries


def at_the_end(world: World) -> None:
    """When nothing is due any more."""
    _every_event_has_its_runs(world)
    _everything_was_told(world)
    for payment in world.gateway.all_now():
        if payment.kind is PaymentKind.PAYMENT:
            _payment_stands_once(world, payment)
        else:
            _refund_stands_once(world, payment)
    _disputes_stand_once(world)
    _clearing_agrees(world)
    _nobody_is_asked_twice(world)
    _no_card_is_kept(world)


# Charges.


def _nothing_charged_twice(world: World) -> None:
    """No charge is made twice under one key, and no invoice is charged while a charge of it stands."""
    made: Counter[str] = Counter()
    standing: Counter[str] = Counter()
    for versions in world.gateway.history.values():
        first, now = versions[0].payment, versions[-1].payment
        is_ours = first.kind is PaymentKind.PAYMENT and bears_mark(first.invoice_reference, CONNECTION)
        if is_ours and first.status is not PaymentStatus.FAILED:
            made[first.invoice_reference] += 1
            if now.status in {*TAKEN, PaymentStatus.PENDING}:
                standing[document_number(first.invoice_reference)] += 1
    assert all(count == 1 for count in made.values()), f"made twice: {made}"
    assert all(count == 1 for count in standing.values()), f"an invoice was charged twice: {standing}"


# The books.


def _books_agree(world: World) -> None:
    """Debits are credits, and each customer's account is the sum of what is open on its documents."""
    books = world.books
    assert not books.journal.unbalanced, books.journal.unbalanced
    open_: dict[tuple[str, str], Money] = {}
    for item in books.invoices.values():
        place = (receivable(item.customer), item.open.currency)
        open_[place] = open_.get(place, Money.zero(item.open.currency)) + item.open
    for place, balance in books.journal.balances.items():
        if place[0].startswith(receivable("")):
            assert balance == open_.get(place, Money.zero(place[1])), (
                f"{place}: {balance}, open {open_.get(place)}"
            )
    for item in books.invoices.values():
        if item.kind is ItemKind.INVOICE:
            nothing = Money.zero(item.total.currency)
            assert nothing <= item.open <= item.total, f"{item.open} of {item.total} is open on {item.number}"


def _standing(world: World, lineage: str, effect: Effect) -> list[Posted]:
    """What stands in the books under the keys of an effect, whatever its generation."""
    ledger = world.books.ledger
    keys = (PostingKey(lineage, effect, generation) for generation in _GENERATIONS)
    return [ledger[key] for key in keys if key in ledger and key.reversal not in ledger]


def _is_held(world: World, lineage: str, kinds: str) -> bool:
    """Whether a person was asked about it."""
    rows = world.rows
    return any(
        rows.closed[name][0] is RunResult.HELD
        for name in rows.lineages[lineage]
        if rows.runs[name].event.kind.startswith(kinds)
    )


def _payment_stands_once(world: World, payment: Payment) -> None:
    standing = _standing(world, payment.lineage, Effect.RECEIPT)
    keyed = [
        each for each in world.books.keyed if each.payment.lineage == payment.lineage and not each.linked
    ]
    asked = _is_held(world, payment.lineage, "payment.")
    told = f"{payment.transaction} {payment.status.value} {payment.amount}"
    assert len(standing) <= 1, f"{told} stands {len(standing)} times"
    assert asked or len(standing) + len(keyed) <= 1, f"{told} stands beside what was keyed"
    if _brought_money(payment):
        assert standing or keyed or asked, f"{told} is neither in the books nor a person's"
        amounts = [each.fact.amount for each in standing if isinstance(each.fact, ReceiptFact)]
        assert asked or amounts in ([payment.amount], []), f"{told} stands with {amounts}"
    else:
        ours = [each for each in standing if each.key not in world.books.linked]
        assert asked or not ours, f"{told} brought nothing and stands in the books"


def _brought_money(payment: Payment) -> bool:
    return payment.is_money and (payment.tender is Tender.CARD or payment.status is PaymentStatus.SETTLED)


def _refund_stands_once(world: World, refund: Payment) -> None:
    standing = _standing(world, refund.lineage, Effect.REFUND)
    asked = _is_held(world, refund.lineage, "refund.")
    told = f"refund {refund.transaction} {refund.status.value} {refund.amount}"
    assert len(standing) <= 1, f"{told} stands {len(standing)} times"
    if refund.is_money:
        assert standing or asked, f"{told} is neither in the books nor a person's"
        amounts = [each.fact.amount for each in standing if isinstance(each.fact, RefundFact)]
        assert asked or amounts == [refund.amount], f"{told} stands with {amounts}"


def _disputes_stand_once(world: World) -> None:
    for event in world.customers.disputes:
        dispute = told_dispute(event.body)
        effect = _OF_DISPUTES[dispute.stage]
        lineage = case_key(event.order_key, dispute.case, effect).lineage
        standing = _standing(world, lineage, effect)
        assert len(standing) <= 1, f"{dispute.key} stands {len(standing)} times"
        asked = _is_held(world, event.order_key, event.kind)
        assert standing or asked, f"{dispute.key} is neither in the books nor a person's"


def _clearing_agrees(world: World) -> None:
    """What came in and went out at the gateway is on the clearing account, but for what a person has."""
    books, expected = world.books, Money.zero("USD")
    for payment in world.gateway.all_now():
        effect = Effect.RECEIPT if payment.kind is PaymentKind.PAYMENT else Effect.REFUND
        for posted in _standing(world, payment.lineage, effect):
            if posted.key not in books.linked:
                assert isinstance(posted.fact, ReceiptFact | RefundFact)
                is_receipt = effect is Effect.RECEIPT
                expected += posted.fact.amount if is_receipt else -posted.fact.amount
    expected = sum((each.receipt.amount for each in books.keyed), start=expected)
    expected = sum(_beside(world), start=expected)
    balance = books.journal.balances.get((CLEARING, "USD"), Money.zero("USD"))
    assert balance == expected, f"{balance} is on the clearing account, not {expected}"


def _beside(world: World) -> Iterator[Money]:
    """What disputes took and gave back, and what went to the bank."""
    ledger = world.books.ledger
    for event in world.customers.disputes:
        dispute = told_dispute(event.body)
        effect = _OF_DISPUTES[dispute.stage]
        for _ in _standing(world, case_key(event.order_key, dispute.case, effect).lineage, effect):
            if dispute.stage is not DisputeStage.LOST:
                yield dispute.amount if dispute.stage is DisputeStage.WON else -dispute.amount
    for posted in ledger.values():
        if isinstance(posted.fact, SettlementFact) and posted.key.reversal not in ledger:
            yield -posted.fact.deposit


# Runs.


def _every_event_has_its_runs(world: World) -> None:
    rows = world.rows
    carried: dict[str, set[str]] = defaultdict(set)
    for run in rows.runs.values():
        carried[run.event.id].add(run.flow)
        state = rows.written.states[run.id]
        assert run.id in rows.closed, f"{run.id} ({run.flow}, {run.event.key}) is {state.status}: {state.why}"
    for place, event in rows.written.events.items():
        assert carried[event.id] == set(rows.written.owed[place]), f"{event.key}: {carried[event.id]}"


def _everything_was_told(world: World) -> None:
    """Of every transaction the last status became an event."""
    for payment in world.gateway.all_now():
        key = as_record(payment).event_key
        assert (CONNECTION, key) in world.rows.written.events, f"{key} was never told"


def _nobody_is_asked_twice(world: World) -> None:
    of_payments = (each for each in world.rows.tasks if each.order_key.startswith(MERCHANT))
    asked = Counter((each.order_key, each.task.kind, each.task.title) for each in of_payments)
    assert all(count == 1 for count in asked.values()), f"asked twice: {asked.most_common(3)}"


def _no_card_is_kept(world: World) -> None:
    rows = world.rows
    kept = repr((rows.runs, rows.intents, rows.results, rows.closed, rows.tasks, world.effects.rows))
    assert CARD not in kept, "a card's number is kept"
