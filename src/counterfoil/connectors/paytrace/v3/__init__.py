"""The V3 API behind the ports: one module for each port."""
