"""What things are called in Label Studio's files: fields of a task's data, and controls with a result."""

from core.annotation.events import Action

ROW = "row_id"
"""Field of `data` with the id of the row; not `id`, which JSON_MIN overwrites with the number of the task."""
RECORD = "record"
"""Field of `data` with the columns of the row."""
ITEM = "item"
"""The object that controls are about."""
LABEL = "label"
"""Control of the label: choices, or a number."""
INSTEAD = "instead"
"""Control of what may be said in place of a label: one of our actions."""
NO_LABEL: tuple[Action, ...] = ("unsure", "flag")
NOTE = "note"
"""Control of the notes."""
