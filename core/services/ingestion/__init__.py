"""Deliveries: received from a page, a command, HTTP or a source; accepted, known or refused."""
