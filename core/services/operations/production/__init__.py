"""The past of production as pictures draw it: what was live when, what led to it, what was known then.

- `timeline.timeline`: versions as bars; promotions, rollbacks, alarms, revisions as marks.
- `lineage.lineage`: from corrected labels to a promotion, a line for each deployment.
- `decision.describe`: what was known at one decision.
"""
