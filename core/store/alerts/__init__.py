"""Alerts and what was sent of them.

- `records`: rules, which finding is known, alerts with their events.
- `outbox`: messages to destinations.
"""
