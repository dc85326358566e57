"""The tables. Rows of `table=True` classes are not validated: validate before building them."""

from core.store.tables.labels import LabelClaim, LabelCurrent, LabelEvent, LabelTask, Revision, Scan, Suspect
from core.store.tables.trials import Audit, Comparison, Deployment, Holdout, HoldoutLook, Trial
from core.store.tables.watched import Batch, Finding, Model, Profile

__all__ = [
    "Audit",
    "Batch",
    "Comparison",
    "Deployment",
    "Finding",
    "Holdout",
    "HoldoutLook",
    "LabelClaim",
    "LabelCurrent",
    "LabelEvent",
    "LabelTask",
    "Model",
    "Profile",
    "Revision",
    "Scan",
    "Suspect",
    "Trial",
]
