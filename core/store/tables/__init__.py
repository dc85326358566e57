"""The tables. Rows of `table=True` classes are not validated: validate before building them."""

from core.store.tables.alerts import Alert, AlertEvent, AlertMessage, AlertReading, AlertRule
from core.store.tables.arriving import Arrival, Draft, Source, SourceFile, Token
from core.store.tables.chain import ChainLink
from core.store.tables.labels import (
    LabelClaim,
    LabelCurrent,
    LabelEvent,
    LabelTask,
    Revision,
    RevisionLabel,
    Scan,
    ScanEstimate,
    Suspect,
)
from core.store.tables.schedules import Schedule
from core.store.tables.trials import (
    Announcement,
    Audit,
    AutomaticRun,
    Comparison,
    Deployment,
    Holdout,
    HoldoutLook,
    HoldoutRow,
    Shadow,
    Trial,
)
from core.store.tables.watched import Batch, FileDigest, Finding, Headline, Model, Profile

__all__ = [
    "Alert",
    "AlertEvent",
    "AlertMessage",
    "AlertReading",
    "AlertRule",
    "Announcement",
    "Arrival",
    "Audit",
    "AutomaticRun",
    "Batch",
    "ChainLink",
    "Comparison",
    "Deployment",
    "Draft",
    "FileDigest",
    "Finding",
    "Headline",
    "Holdout",
    "HoldoutLook",
    "HoldoutRow",
    "LabelClaim",
    "LabelCurrent",
    "LabelEvent",
    "LabelTask",
    "Model",
    "Profile",
    "Revision",
    "RevisionLabel",
    "Scan",
    "ScanEstimate",
    "Schedule",
    "Shadow",
    "Source",
    "SourceFile",
    "Suspect",
    "Token",
    "Trial",
]
