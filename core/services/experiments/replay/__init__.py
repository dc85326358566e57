"""The time machine: what would have been, had another version gone live.

- `replay.replay`: one version over the labelled history that it has not learnt from.
- `replay.latest`: what was replayed, the newest of each version; one SQL read.
- `policies.compare_policies`: what retraining never, every period, on an alarm or on evidence would have come
  to; `policies.latest`: what was compared last.
"""
