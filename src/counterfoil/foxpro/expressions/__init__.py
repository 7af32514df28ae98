"""Index keys and FOR conditions: parsed, compiled, evaluated on the bytes of a row, turned into keys."""
