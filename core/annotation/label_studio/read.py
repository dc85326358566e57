"""An export of Label Studio as a table of annotations, each with the task that it came from.

Read are `JSON` (a list of tasks with `annotations`, each with a `result`) and `JSON_MIN` (a list of the data
of tasks with the selection values beside them), as label-studio-sdk's `converter.py` writes them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pandas as pd

from core.annotation.label_studio.minimal import OVERWRITTEN, as_annotation, is_minimal
from core.annotation.label_studio.pictures import is_address, is_embedded
from core.annotation.label_studio.results import RefusedError, Selection, read_results
from core.annotation.table import COLUMNS, name_from
from core.errors import UnreadableFile
from core.tables.table import Table

EXPORT = "Export the project from Label Studio as JSON (or JSON-MIN), and send that file."


@dataclass(frozen=True, slots=True)
class ProjectNames:
    """What a project calls things.

    Attributes:
        ids: fields of a task's data; the first that it has holds the id of the row.
        control: `from_name` of the control with the label; empty = the only one of its kind.
        people: id or e-mail of an annotator -> the person.
        by: whose the annotations are that name nobody.
    """

    ids: Sequence[str] = ()
    control: str = ""
    people: Mapping[str, str] = field(default_factory=dict)
    by: str = ""


@dataclass(frozen=True, slots=True)
class TaskTable:
    """Annotations of tasks as a table, and position -> why one cannot be taken in."""

    table: Table
    wrong: dict[int, str]


def read_tasks(document: Any, source: str, names: ProjectNames) -> TaskTable:
    """The annotations of an export, skipped tasks as skips; drafts and predictions are none.

    Args:
        document: the JSON document.
        source: name of the file.
        names: what the project calls things.

    Raises:
        UnreadableFile: the document is no export of Label Studio.
    """
    tasks = [document] if isinstance(document, dict) else document
    if not isinstance(tasks, list) or not all(isinstance(task, dict) for task in tasks):
        raise UnreadableFile(f"{source}: this is no list of tasks.", EXPORT)
    if tasks and not any("annotations" in task or is_minimal(task) for task in tasks):
        raise UnreadableFile(f"{source}: no task has annotations.", EXPORT)
    rows: list[dict[str, Any]] = []
    places: list[str] = []
    wrong: dict[int, str] = {}
    for number, task in enumerate(tasks, start=1):
        for place, annotation in _annotations(task, number, names):
            try:
                events = _events(task, annotation, names)
            except RefusedError as error:
                wrong[len(rows)], events = str(error), [{}]
            rows += events
            places += [place] * len(events)
    frame = pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)
    return TaskTable(Table(frame.where(frame.notna(), None), source, places.__getitem__), wrong)


def _annotations(task: dict[str, Any], number: int, names: ProjectNames) -> Iterator[tuple[str, Any]]:
    """Where each annotation stands, and the annotation as JSON has it."""
    place = f"task {task.get('id', number)}"
    if "annotations" not in task and is_minimal(task):
        yield f"{place}, annotation {task['annotation_id']}", as_annotation(task, names.control)
        return
    annotations = task.get("annotations") or []
    for annotation in annotations if isinstance(annotations, list) else [annotations]:
        known = annotation.get("id") if isinstance(annotation, dict) else None
        yield place if known is None else f"{place}, annotation {known}", annotation


def _events(task: dict[str, Any], annotation: Any, names: ProjectNames) -> list[dict[str, Any]]:
    """One annotation as rows of the table: what was said of the item, and each note."""
    if not isinstance(annotation, dict):
        raise RefusedError("it is no annotation", EXPORT)
    base = {
        "id": _row_id(task, names),
        "person": _person(annotation, names),
        "at": annotation.get("updated_at") or annotation.get("created_at"),
    }
    uid = _uuid(annotation.get("unique_id")) or name_from(
        base["id"], *(task.get(key) for key in ("project", "id")), annotation.get("id")
    )
    if annotation.get("was_cancelled"):
        return [base | {"uid": uid, "action": "skip"}]
    selection = read_results(annotation.get("result"), names.control)
    rows = []
    if selection.action is not None:
        action = "adjudicate" if _is_ruling(task, annotation, selection) else selection.action
        opinion = {"uid": _uuid(selection.uid) or uid, "action": action, "label": selection.label}
        rows.append(base | opinion)
    for note in selection.notes:
        note_uid = name_from(uid, note) if rows else uid
        rows.append(base | {"uid": note_uid, "action": "note", "note": note})
    return rows


def _is_ruling(task: dict[str, Any], annotation: dict[str, Any], selection: Selection) -> bool:
    """Whether this label is the task's one ground truth; tasks that came with all of them so have none."""
    truths = [one for one in task.get("annotations", []) if isinstance(one, dict) and one.get("ground_truth")]
    return selection.label is not None and len(truths) == 1 and truths[0] is annotation


def _row_id(task: dict[str, Any], names: ProjectNames) -> str:
    data = task if is_minimal(task) else task.get("data")
    known = data if isinstance(data, dict) else {}
    fields = [name for name in names.ids if not (is_minimal(task) and name in OVERWRITTEN)]
    value = next((known[name] for name in fields if known.get(name) is not None), None)
    if value is None or isinstance(value, bool | list | dict) or is_embedded(value):
        raise _no_row(known, names.ids, fields)
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _no_row(known: Mapping[str, Any], ids: Sequence[str], fields: Sequence[str]) -> RefusedError:
    """That a task names no row, and where its name may be."""
    problem = f"its data has no id of a row under {' or '.join(map(repr, ids))}"
    if set(ids) != set(fields):
        lost = " and ".join(repr(name) for name in ids if name not in fields)
        return RefusedError(
            f"{problem}: JSON-MIN has its own value under {lost}", "export the project as JSON"
        )
    files = next((name for name, value in known.items() if is_address(value)), None)
    hint = f", or --id {files} for the names of its files" if files else ""
    return RefusedError(problem, f"name the field with --id{hint}")


def _person(annotation: dict[str, Any], names: ProjectNames) -> str:
    """By e-mail where there is one; a number alone is one of Label Studio's users."""
    user = annotation.get("completed_by")
    if isinstance(user, dict):
        user = user.get("email") or user.get("id")
    if user is None:
        return str(annotation.get("created_username") or names.by)
    known = names.people.get(str(user))
    if known is not None:
        return known
    return str(user) if isinstance(user, str) else f"label-studio-{user}"


def _uuid(value: Any) -> str | None:
    try:
        return str(UUID(value))
    except (ValueError, TypeError, AttributeError):
        return None
