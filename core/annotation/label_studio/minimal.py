"""`JSON_MIN`: the data of a task with one annotation beside them, under the names of its controls."""

from collections.abc import Iterator
from typing import Any

from core.annotation.label_studio.names import INSTEAD, ITEM, LABEL, NOTE

OVERWRITTEN = frozenset({"id", "annotator", "annotation_id", "created_at", "updated_at", "lead_time"})
"""Fields of the data that it puts its own values over (label-studio-sdk, `converter.py`)."""


def is_minimal(task: dict[str, Any]) -> bool:
    """Whether this is one annotation of `JSON_MIN`."""
    return "annotation_id" in task and "annotations" not in task


def as_annotation(task: dict[str, Any], control: str) -> dict[str, Any]:
    """The annotation as `JSON` has it; `control`: where the label stands, if not under `label`.

    >>> as_annotation({"id": 7, "annotation_id": 9, "annotator": 2, "label": "cat"}, "")["result"]
    [{'from_name': 'label', 'to_name': 'item', 'type': 'choices', 'value': {'choices': ['cat']}}]
    """
    return {
        "id": task["annotation_id"],
        "completed_by": task.get("annotator"),
        "created_at": task.get("created_at"),
        "updated_at": task.get("updated_at"),
        "result": [
            {"from_name": name, "to_name": ITEM, **result}
            for name in (control or LABEL, INSTEAD, NOTE)
            for result in _results(task.get(name), name)
        ],
    }


def _results(value: Any, name: str) -> Iterator[dict[str, Any]]:
    """Type and value of what stands under a control: a single choice and text stand there by themselves."""
    for one in value if isinstance(value, list) and name != NOTE else [value]:
        if name == NOTE and one is not None:
            yield {"type": "textarea", "value": one if isinstance(one, dict) else {"text": one}}
        elif isinstance(one, str):
            yield {"type": "choices", "value": {"choices": [one]}}
        elif isinstance(one, dict):
            yield {"type": next((key for key in ("choices", "number") if key in one), "region"), "value": one}
