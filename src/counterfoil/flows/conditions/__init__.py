"""Conditions: what a flow asks of the results of earlier nodes, in a closed part of CEL.

A condition compares. It cannot loop, calculate, call out, read a file or see a secret: the language's
environment holds only what is listed in `language`, and every text is checked against typed fields first.
"""
