"""Versions that predict what comes beside the champion: challengers before a promotion, guards after one.

- `start.start`, `start.end`: by a person.
- `watch.watch`: predict what came, count the rows whose labels have matured, say what they show.
- `status.shadows`, `status.shadow_of`, `status.guard`: how they stand; one SQL read.
"""
