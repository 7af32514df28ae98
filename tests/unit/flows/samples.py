from __future__ import annotations

from counterfoil.ports.catalogue import Nature, OperationSpec

FLOW = """\
flow: sample
title: A sample
trigger:
  event: payment.*
order_key: lineage
start: first
nodes:
  first:
    do: thing.read
    then:
      found: second
      missing: done
  second:
    do: thing.write
    with:
      thing: first
    then:
      written: done
      changed: {to: first, at_most: 3, else: review}
      busy: retry
"""

CATALOGUE = {
    spec.name: spec
    for spec in (
        OperationSpec(name="thing.read", label="Read", nature=Nature.READING, outcomes=("found", "missing")),
        OperationSpec(
            name="thing.write",
            label="Write",
            nature=Nature.EFFECT,
            inputs=("thing",),
            optional_inputs=("note",),
            outcomes=("written", "changed", "busy"),
        ),
    )
}

WORDS = """\
mapping: words
title: A payment in the words of another program
source:
  payment.transaction: text 40
  payment.status: text 20
  payment.amount: money
  payment.invoice_reference: optional text 60
target:
  number: text 10
  state: text 10
  amount: money
  invoice: optional text 10
map:
  number:
    from: payment.transaction
    then:
      - upper
      - truncate: { width: 10, keep: end }
  state:
    from: payment.status
    then:
      - lookup: { table: words_of_status, by: ours, give: theirs }
  amount: payment.amount
  invoice:
    from: payment.invoice_reference
    then:
      - truncate: { width: 10, keep: end }
"""
MAPPED_FLOW = """\
# What is mapped and looked up.
flow: mapped
title: A payment in other words
trigger: { event: payment.* }
order_key: lineage
start: read
nodes:
  read:
    do: payment.normalise
    then: { payment: translate }
  translate:
    map: words
    with: { payment: read }
    then: { mapped: account, refused: review }
  account:
    look_up: { table: tenders, by: { tender: payment.tender } }
    with: { payment: read }
    then: { found: large, absent: review }
  large:
    decide:
      large: words.amount.more_than(money("500.00 USD")) && words.state == "Paid"
      wired: account.account == "11000-300"
    with: { words: translate, account: account }
    then: { large: review, wired: review, otherwise: done }
"""
MAPPED_FILES = {
    "flows/mapped.yaml": MAPPED_FLOW,
    "mappings/words.yaml": WORDS,
    "tables/tenders.csv": "tender,account\ncard,11000-100\nach,11000-300\n",
    "tables/words_of_status.csv": "# As the other says it\nours,theirs\ncaptured,Paid\nfailed,Failed\n",
}
"""A workspace whose flow maps, looks up and decides."""

CALLER = """\
flow: caller
title: A payment is posted by another flow
trigger: { event: payment.* }
order_key: lineage
start: normalise
nodes:
  normalise: { do: payment.normalise, then: { payment: book } }
  book:
    call: book_it
    with: { money: normalise }
    then: { done: record }
  record:
    do: run.record
    then: { done: done, review: review }
"""
CALLED = """\
flow: book_it
title: Money is booked
trigger: { call: { money: payment.normalise } }
order_key: lineage
start: size
nodes:
  size:
    decide: { large: money.amount.more_than(money("500.00 USD")) }
    with: { money: money }
    then: { large: review, otherwise: match }
  match:
    do: cash_application.match
    with: { payment: money }
    then: { money: post, no_money: done, hold: review }
  post:
    do: erp.post
    with: { payment: money, decision: match }
    then:
      { posted: done, already_posted: done, superseded: done, busy: retry,
        changed: { to: match, at_most: 3, else: review },
        handed_over: wait, keyed_by_hand: wait, conflict: review, refused: review }
"""
CALLING_FILES = {"flows/caller.yaml": CALLER, "flows/book_it.yaml": CALLED}
"""A workspace whose flow calls another."""

PATIENT_FLOW = """\
flow: patient
title: A payment waits
trigger: { event: payment.* }
order_key: lineage
start: read
nodes:
  read: { do: payment.normalise, then: { payment: later } }
  later: { wait: { for: 3 days }, then: { over: morning } }
  morning: { wait: { until: "08:00", zone: America/New_York }, then: { over: ask } }
  ask:
    ask: { title: "Post {payment.amount}?", choices: { release: Post it, refuse: Leave it }, due: 2 days }
    with: { payment: read }
    then: { release: who, refuse: done, late: review }
  who:
    decide: { chief: answer.by == "Ann Lee" }
    with: { answer: ask }
    then: { chief: done, otherwise: review }
"""
