"""The tables. Rows of `table=True` classes are not validated: validate before building them."""

from core.store.tables.arriving import Arrival, Draft, Source, SourceFile, Token
from core.store.tables.labels import LabelClaim, LabelCurrent, LabelEvent, LabelTask, Revision, Scan, Suspect
from core.store.tables.trials import Audit, Comparison, Deployment, Holdout, HoldoutLook, Trial
from core.store.tables.watched import Batch, Finding, Model, Profile

__all__ = [
    "Arrival",
    "Audit",
    "Batch",
    "Comparison",
    "Deployment",
    "Draft",
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
    "Source",
    "SourceFile",
    "Suspect",
    "Token",
    "Trial",
]
