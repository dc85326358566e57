"""Alerts: what a health document claims with evidence becomes a few of them, which open once and close late.

- `conditions.conditions`: what the document says now, one condition for one cause.
- `life_cycle.advance`: open alerts and conditions -> what becomes of each alert.
- `rules`: kinds of alerts, and every number that decides.
"""
