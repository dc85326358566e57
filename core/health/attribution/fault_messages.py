"""Faults as findings: what is wrong, and in how many rows."""

from typing import Any

from core.health.change.faults import Fault, Kind
from core.messages import Code, Message, fields

CODES: dict[Kind, Code] = {
    "missing": Code.COLUMN_EMPTY,
    "unseen": Code.VALUES_UNSEEN,
    "stuck": Code.COLUMN_STUCK,
    "outside": Code.OUT_OF_RANGE,
    "scale": Code.OTHER_SCALE,
    "sign": Code.SIGN_TURNED,
    "swapped": Code.COLUMNS_SWAPPED,
    "type": Code.TYPE_CHANGED,
    "coded": Code.MISSING_CODED,
    "no_answer": Code.NO_SCORE,
    "constant": Code.ONE_SCORE,
    "one_answer": Code.ONE_PREDICTION,
    "one_class": Code.ONE_LABEL,
    "few_rows": Code.FEW_ROWS,
    "copies": Code.COPIES,
    "cut": Code.SCORES_CUT,
    "turned": Code.SCORES_TURNED,
    "decisions": Code.DECISIONS_MOVED,
    "no_class": Code.CLASS_LOST,
    "one_sided": Code.LABELS_ONE_SIDED,
    "filled": Code.LABELS_FILLED,
    "few_labels": Code.FEW_LABELS,
    "copied": Code.LABELS_COPIED,
}
"""Every fault that is settled; `moved` and `changed` become one of them first."""


def fault_message(fault: Fault, since: str | None = None) -> Message:
    """What is wrong, `since` which period.

    >>> str(fault_message(Fault("missing", "x4", 0.0, 1.0, 500)))
    'x4 arrives empty in every row (0 % before)'
    >>> print(fault_message(Fault("scale", "x4", 0.0, 1.0, 500, "0.00098"), "May 2024").sentence)
    x4 is about 1/1,000 of what it was (another unit or scale) since May 2024.
    >>> str(fault_message(Fault("unseen", "x3", 0.0, 0.12, 500, "'NEW-SHOP'")))
    "x3 holds values never seen before in 12 % of the rows ('NEW-SHOP')"
    >>> str(fault_message(Fault("scale", "x", 0.0, 0.4, 500, "2.54", "centimetres and inches")))[:60]
    'x is about 2.54 times as large as before in 40 % of the rows'
    """
    code = CODES[fault.kind]
    parameters: dict[str, Any] = {
        "feature": fault.feature,
        "before": float(fault.before),
        "now": float(fault.now),
        "rows": int(fault.n),
        "value": _shorten(fault.value) if fault.kind == "stuck" else fault.value,
        "factor": float(fault.value) if fault.kind == "scale" and fault.value else None,
        "unit": fault.unit,
        "since": since,
    }
    return Message(code, {name: parameters[name] for name in sorted(fields(code))})


def _shorten(value: str) -> str:
    """A number of many digits as people read it."""
    try:
        return f"{float(value):.6g}"
    except ValueError:
        return value
