"""Carries runs: the engine, the interpreter, the worker and the recovery of what was left unfinished."""
