"""What Health says of worlds whose cause is known: tables of true and named causes.

`python -m tests.benchmarks.reasons --help`; the log of every world is monitored in memory, which says
the same as a connected model with the same rows (`tests/services/monitoring/test_reasons.py`).
"""
