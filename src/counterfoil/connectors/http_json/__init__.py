"""Any system with an HTTP API that speaks JSON: signed calls to listed hosts, and the example for others."""
