"""The names under which the worker and its clients meet in the job library's tables."""

WORKFLOW = "run_job"
HEAVY = "heavy"  # the queue of one place; quick kinds have a queue of their own, called like the kind
EXECUTOR = "worker"  # constant: a restarted worker takes up what the dead one left
VERSION = "1"  # constant: the default hashes the source, and each edit would strand waiting jobs
POLL_SECONDS = 0.25
