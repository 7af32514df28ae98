"""The v1 API behind the ports: one module for each port."""
