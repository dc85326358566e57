"""The result of one annotation: what was chosen for the whole item; all else is refused by name."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.annotation.events import Action
from core.annotation.label_studio.names import INSTEAD, NO_LABEL, NOTE

CONTENT = {"choices": "choices", "number": "number", "textarea": "text"}
"""Type of a result -> the only field of its value, where it is about the whole item."""
NAME_IT = "name the control that holds the label with --control"


class RefusedError(Exception):
    """An annotation that is no label of an item: what it is, and what to do next."""

    def __init__(self, problem: str, hint: str) -> None:
        super().__init__(f"{problem} ({hint})")


@dataclass(frozen=True, slots=True)
class Selection:
    """What an annotation says.

    Attributes:
        action: "label", "unsure" or "flag"; None where there are notes alone.
        label: as it is written, numbers too.
        uid: id of the result that says it.
        notes: texts, in their order.
    """

    action: Action | None
    label: str | None
    uid: Any
    notes: tuple[str, ...]


def read_results(results: Any, control: str) -> Selection:
    """What the results of one annotation amount to.

    Args:
        results: the list under `result`.
        control: `from_name` of the control with the label; empty = the only one.

    Raises:
        RefusedError: a result is of another type, of a part of the item, or there are several labels.
    """
    if not isinstance(results, list) or not all(isinstance(one, dict) for one in results):
        raise RefusedError("it has no list under 'result'", "export the project as JSON")
    mine = [one for one in results if not control or one.get("from_name") in {control, INSTEAD, NOTE}]
    for one in mine:
        _require_whole_item(one)
    notes = [text for one in mine if one["type"] == "textarea" for text in _texts(one["value"]["text"])]
    opinions = [one for one in mine if one["type"] != "textarea"]
    if len(opinions) > 1:
        named = ", ".join(repr(one.get("from_name")) for one in opinions)
        raise RefusedError(f"it has {len(opinions)} labels, of {named}", NAME_IT)
    if opinions:
        action, label = _opinion(opinions[0])
        return Selection(action, label, opinions[0].get("id"), tuple(notes))
    if not notes:
        raise RefusedError("nothing is chosen in it", f"choose a label there, skip the task, or {NAME_IT}")
    return Selection(None, None, None, tuple(notes))


def _require_whole_item(result: dict[str, Any]) -> None:
    kind, control, value = result.get("type"), result.get("from_name"), result.get("value")
    if kind not in CONTENT:
        raise RefusedError(
            f"{control!r} is of the type {kind!r}, and only choices and numbers are labels here", NAME_IT
        )
    if not isinstance(value, dict) or CONTENT[kind] not in value:
        raise RefusedError(f"{control!r} has no {CONTENT[kind]!r}", "export the project as JSON")
    if set(value) != {CONTENT[kind]} or result.get("item_index") is not None:
        raise RefusedError(f"{control!r} is about a region, not about the whole item", NAME_IT)


def _opinion(result: dict[str, Any]) -> tuple[Action, str | None]:
    if result["type"] == "number":
        return "label", repr(result["value"]["number"])
    choices = result["value"]["choices"]
    choice = choices[0] if isinstance(choices, list) and len(choices) == 1 else choices
    if not isinstance(choice, str):
        raise RefusedError(
            f"{result.get('from_name')!r} has {choices!r}, and a label is one class", "choose one"
        )
    for action in NO_LABEL:
        if result.get("from_name") == INSTEAD and choice == action:
            return action, None
    return "label", choice


def _texts(text: Any) -> Sequence[str]:
    texts = text if isinstance(text, list) else [text]
    return [one.strip() for one in texts if isinstance(one, str) and one.strip()]
