"""The labelling configuration of a project: what is shown of an item, and the controls of a label."""

import re
from collections.abc import Mapping, Sequence
from xml.etree import ElementTree as ET

from core.annotation.label_studio.names import INSTEAD, ITEM, LABEL, NO_LABEL, NOTE, RECORD
from core.model import Item

OBJECTS = {"image": "Image", "text": "Text", "record": "Table"}
BESIDE = "beside"
VARIABLE = re.compile(r"\$(?=[\w\[\].{}])", re.ASCII)
"""Label Studio puts a field of the task in place of it (label-studio, `utils/data`, `parseValue`)."""
JOINER = "\u2060"
"""Takes no room (U+2060 WORD JOINER): behind `$` it makes no variable of it."""


def labelling_config(
    item: Item,
    classes: Sequence[str],
    guideline: str,
    class_notes: Mapping[str, str],
    *,
    beside: bool,
) -> str:
    """The configuration as XML.

    Args:
        item: what is labelled.
        classes: to choose from; none when labels are numbers.
        guideline: what annotators read first; empty = nothing.
        class_notes: what they read of each class.
        beside: whether a text or an image has columns beside it.
    """
    view = ET.Element("View")
    if guideline:
        ET.SubElement(view, "Header", value=_literal(guideline))
    ET.SubElement(view, OBJECTS[item], name=ITEM, value=f"${field_of(item)}")
    if beside:
        ET.SubElement(view, "Table", name=BESIDE, value=f"${RECORD}")
    if classes:
        choices = ET.SubElement(view, "Choices", name=LABEL, toName=ITEM, choice="single")
        for name in classes:
            hint = {"hint": class_notes[name]} if class_notes.get(name) else {}
            value = _literal(name)
            alias = {"alias": name} if value != name else {}  # what results hold in place of the value
            ET.SubElement(choices, "Choice", {"value": value, **alias, **hint})
    else:
        ET.SubElement(view, "Number", name=LABEL, toName=ITEM)
    instead = ET.SubElement(view, "Choices", name=INSTEAD, toName=ITEM, choice="single")
    for action in NO_LABEL:
        ET.SubElement(instead, "Choice", value=action)
    ET.SubElement(view, "TextArea", name=NOTE, toName=ITEM)
    ET.indent(view)
    return ET.tostring(view, encoding="unicode") + "\n"


def _literal(text: str) -> str:
    """The text, with nothing in it that Label Studio would replace.

    >>> _literal("$5 for a $").split(JOINER)
    ['$', '5 for a $']
    """
    return VARIABLE.sub("$" + JOINER, text)


def field_of(item: Item) -> str:
    """The field of a task's data with the item.

    >>> field_of("image"), field_of("record")
    ('image', 'record')
    """
    return RECORD if item == "record" else item
