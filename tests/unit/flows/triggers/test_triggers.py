from __future__ import annotations

import pytest

from counterfoil.flows.definition import Flow, parse_flow
from counterfoil.flows.diff import diff_flows
from counterfoil.flows.errors import FlowError
from counterfoil.flows.triggers.event import EventTrigger
from counterfoil.flows.triggers.fields import read_given
from counterfoil.flows.triggers.manual import ManualTrigger
from counterfoil.flows.triggers.schedule import ScheduleTrigger
from counterfoil.flows.validate import validate
from counterfoil.ports.errors import ConfigurationError
from counterfoil.runtime.catalogue import shipped_catalogue

_FLOW = """\
flow: nightly
title: A flow of the test
trigger: {trigger}
order_key: lineage
start: read
nodes:
  read:
    do: dispute.read
    then:
      matched: done
      unmatched: done
"""
SCHEDULE = '{schedule: "30 7 * * 1-5", zone: America/New_York}'
FIELDS = """\
{manual: {amount: {type: money, label: How much},
          why: {type: text, label: Why, one_of: "lost, found", optional: true},
          count: {type: number, label: How many, optional: true},
          day: {type: date, label: Which day, optional: true}}}"""


def flow(trigger: str) -> Flow:
    return parse_flow(_FLOW.format(trigger=trigger))


def findings(trigger: str) -> list[str]:
    return [str(each) for each in validate(flow(trigger), shipped_catalogue())]


def asked() -> ManualTrigger:
    trigger = flow(FIELDS).trigger
    assert isinstance(trigger, ManualTrigger)
    return trigger


def test_a_schedule_is_read() -> None:
    found = flow('{schedule: "30  7 * * mon-fri", zone: Europe/Vienna, company: "01"}')
    assert found.trigger == ScheduleTrigger(cron="30 7 * * MON-FRI", zone="Europe/Vienna", company="01")
    assert found.event == "schedule.nightly"
    assert found.trigger.words == "at 30 7 * * MON-FRI (Europe/Vienna, company 01)"


def test_layout_is_no_part_of_a_version_and_meaning_is() -> None:
    same = flow("{zone: America/New_York, schedule: ' 30 7  * * 1-5'}")
    assert flow(SCHEDULE).version == same.version
    others = [SCHEDULE.replace("30", "31"), SCHEDULE.replace("}", ', company: "01"}'), FIELDS, "{manual: {}}"]
    assert len({flow(each).version for each in (SCHEDULE, *others)}) == 5
    assert flow(FIELDS).version != flow(FIELDS.replace("How much", "Amount")).version


def test_the_versions_of_flows_that_events_start_are_what_they_were() -> None:
    assert flow("{event: payment.*}").trigger.content() == {"event": "payment.*"}


@pytest.mark.parametrize(
    ("trigger", "why"),
    [
        ("{}", "line 3: trigger: nothing starts no flow; choose one of: call, event, manual, schedule"),
        ("{scedule: x}", "'scedule' starts no flow; did you mean 'schedule'?"),
        ('{schedule: "0 7 * * *"}', "'zone' is missing"),
        ('{schedule: "0 7 * * *", zone: UTC, compny: "01"}', "did you mean 'company'?"),
        ("{event: payment.*, zone: UTC}", "unknown entry 'zone'"),
        ('{schedule: "0 7 * * *", zone: UTC, missed: all}', "one of last, none, each, not 'all'"),
        ('{schedule: "0 7 * * *", zone: UTC, overlap: wait}', "one of after, skip, beside, not 'wait'"),
        (f'{{schedule: "{"1," * 60}1 * * * *", zone: UTC}}', "at most 100 characters"),
        ("{manual: {Amount: {type: money, label: x}}}", "'Amount' cannot name a field"),
        ("{manual: {amount: {type: mony, label: x}}}", "'mony' is not known; did you mean 'money'?"),
        ("{manual: {amount: {type: money}}}", "'label' is missing"),
        ('{manual: {amount: {type: money, label: x, one_of: "a, b"}}}', "only a text is one of"),
        ('{manual: {why: {type: text, label: x, one_of: "a, a"}}}', "different words"),
        ("{manual: {why: {type: text, label: x, optional: 1}}}", "true or false belongs here"),
    ],
)
def test_a_trigger_that_is_none_is_told_with_its_line(trigger: str, why: str) -> None:
    with pytest.raises(FlowError) as found:
        flow(trigger)
    assert why in str(found.value)


@pytest.mark.parametrize(
    ("trigger", "why"),
    [
        ('{schedule: "0 25 * * *", zone: UTC}', "line 3: trigger.schedule: '25' is no hour"),
        ('{schedule: "0 0 30 2 *", zone: UTC}', "never comes"),
        ('{schedule: "0 0 * * *", zone: America/NewYork}', "did you mean 'America/New_York'?"),
        ("{event: schedule.nightly}", "'schedule.nightly' names a flow's own start"),
        ("{event: 'payment.*, m*'}", "'m*' names a flow's own start"),
    ],
)
def test_what_can_be_known_to_be_wrong_is_found(trigger: str, why: str) -> None:
    (found,) = findings(trigger)
    assert why in found


@pytest.mark.parametrize("trigger", [SCHEDULE, FIELDS, "{manual: {}}", "{event: item.invoice_due}"])
def test_a_sound_trigger_has_no_findings(trigger: str) -> None:
    assert findings(trigger) == []


def test_differences_are_told_in_words() -> None:
    (told,) = diff_flows(flow("{event: payment.*}"), flow(SCHEDULE))
    assert told == "trigger: payment.* -> 30 7 * * 1-5 (America/New_York)"
    (told,) = diff_flows(flow(FIELDS), flow(FIELDS.replace("How much", "Amount")))
    assert "money 'How much'" in told
    assert "money 'Amount'" in told


def test_what_a_person_gives_is_kept_in_one_form() -> None:
    given = {"amount": "125.00 USD", "why": "lost", "count": "007", "day": "2026-12-31"}
    assert read_given(asked().fields, given) == {
        "amount": {"amount": "125.00", "currency": "USD"},
        "why": "lost",
        "count": "7",
        "day": "2026-12-31",
    }
    assert read_given(asked().fields, {"amount": "1 USD", "why": ""}).keys() == {"amount"}


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({}, "amount is missing: How much (an amount with its currency, such as 125.00 USD)"),
        ({"amount": "1 USD", "wy": "lost"}, "there is no field 'wy'; did you mean 'why'?"),
        ({"amount": "1"}, "amount is an amount with its currency"),
        ({"amount": "1.005 USD"}, "amount is an amount with its currency"),
        ({"amount": "1_0 USD"}, "amount is an amount with its currency"),
        ({"amount": "1e5 USD"}, "amount is an amount with its currency"),
        ({"amount": "1 USD", "why": "stolen"}, "why is one of lost, found, not 'stolen'"),
        ({"amount": "1 USD", "count": "-1"}, "count is a whole number"),
        ({"amount": "1 USD", "count": "٣"}, "count is a whole number"),
        ({"amount": "1 USD", "day": "31.12.2026"}, "day is a date such as 2026-12-31"),
        ({"amount": "1 USD", "day": "2026-W01-1"}, "day is a date such as 2026-12-31"),
    ],
)
def test_what_does_not_fit_is_told_with_the_form_that_does(given: dict[str, str], why: str) -> None:
    with pytest.raises(ConfigurationError) as found:
        read_given(asked().fields, given)
    assert why in str(found.value)


def test_an_event_is_told_as_before() -> None:
    assert EventTrigger(event="payment.*").words == "on payment.*"
    assert asked().words == "by a person, with amount, why, count, day"


DECIDING = """\
flow: deciding
title: A flow of the test
trigger: {trigger}
order_key: lineage
start: which
nodes:
  which:
    decide:
      look: {condition}
    with: {{start: trigger}}
    then: {{look: review, otherwise: done}}
"""


def decided(trigger: str, condition: str) -> list[str]:
    flow = parse_flow(DECIDING.format(trigger=trigger, condition=condition))
    return [str(each) for each in validate(flow, shipped_catalogue())]


@pytest.mark.parametrize(
    ("trigger", "condition"),
    [
        (SCHEDULE, 'start.company == "01"'),
        (FIELDS, 'start.amount.more_than(money("1.00 USD")) && start.why == "lost" && start.day == ""'),
        ("{event: order.changed}", 'start.customer == "ABC" && start.summary.contains("total")'),
        ("{event: 'order.*, invoice.new'}", 'start.happened == "new"'),
        ("{event: 'order.*, posting.overwritten'}", 'start.number == "1001"'),
    ],
)
def test_conditions_ask_of_what_started_the_flow(trigger: str, condition: str) -> None:
    assert decided(trigger, condition) == []


@pytest.mark.parametrize(
    ("trigger", "condition", "why"),
    [
        (FIELDS, 'start.why == "stolen"', "start.why is never 'stolen'"),
        (FIELDS, 'start.amont == ""', "did you mean 'start.amount'"),
        (FIELDS, 'start.amount == "1"', "does not go with money and text"),
        ("{event: 'order.*, books.missed'}", 'start.number == "1"', "no 'start"),
        ("{event: payment.*}", 'start.number == "1"', "no 'start"),
    ],
)
def test_what_no_event_of_the_trigger_holds_is_told(trigger: str, condition: str, why: str) -> None:
    (found,) = decided(trigger, condition)
    assert why in found


def test_only_what_asks_for_fields_takes_them_from_the_trigger() -> None:
    text = _FLOW.format(trigger=FIELDS).replace("    then:", "    with: {payment: trigger}\n    then:")
    wrong = parse_flow(text.replace("dispute.read", "receipt.find_posting"))
    told = [str(each) for each in validate(wrong, shipped_catalogue())]
    assert "line 10: read: payment comes from the trigger, not from a node that ran" in told
    with pytest.raises(FlowError, match="'trigger' cannot name a node"):
        parse_flow(_FLOW.format(trigger=FIELDS).replace("  read:\n", "  trigger:\n"))


def test_what_an_event_lacks_is_absent() -> None:
    assert asked().told({"by": "Ann", "fields": {"why": "lost"}}) == {
        "amount": None,
        "why": "lost",
        "count": None,
        "day": None,
    }
    assert EventTrigger(event="order.new").told({"number": "1", "secret": "x"}) == {
        "number": "1",
        "customer": None,
        "happened": None,
        "summary": None,
    }


def test_a_flow_that_others_call_knows_no_event() -> None:
    told = decided("{call: {payment: payment.normalise}}", 'start.company == "01"')
    assert any("no event starts a flow that others call; hand start over" in each for each in told)
    with pytest.raises(FlowError, match="'trigger' cannot name what the flow takes"):
        flow("{call: {trigger: payment.normalise}}")
