"""Flows as they shipped before; where they are live, they go on."""

from __future__ import annotations

DISPUTE_TO_CLERK = """
flow: dispute_to_clerk
title: A dispute is shown to a person
trigger:
  event: chargeback.*
order_key: lineage
start: read
nodes:
  read:
    do: dispute.read
    then:
      matched: review # the clerk enters it in the books
      unmatched: review # which payment is it about?
"""
