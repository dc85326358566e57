"""What differs between two readings of a model, value by value, with what each change causes."""

from collections.abc import Iterator
from typing import Any

from core.services.onboarding.declared.sections.registry import SECTIONS
from core.services.onboarding.declared.views import ChangeEntry

NAMED_BY = {
    "sources": ("address", "kind"),
    "joins": ("name",),
    "alerts": ("destination",),
    "schedules": ("kind",),
}
"""Section that is a list -> keys by which its parts are the same."""
EMPTY: tuple[Any, ...] = (None, [], {}, "", False)


def differences(before: dict[str, Any] | None, after: dict[str, Any]) -> list[ChangeEntry]:
    """Every value that differs; of a new model every value that says something.

    >>> a = {"labels": {"guideline": "", "class_notes": {}}}
    >>> b = {"labels": {"guideline": "Read it.", "class_notes": {}}}
    >>> [(change["key"], change["after"]) for change in differences(a, b)]
    [('labels.guideline', 'Read it.')]
    """
    return [
        change for name in after for change in _section(name, before[name] if before else None, after[name])
    ]


def _section(name: str, before: Any, after: Any) -> Iterator[ChangeEntry]:
    if name in NAMED_BY:
        pairs = _parts(name, before, after)
    elif before is None or after is None:
        pairs = (
            (key, (before or {}).get(key), (after or {}).get(key))
            for key in {**(before or {}), **(after or {})}
        )
    else:
        pairs = ((key, before[key], after[key]) for key in after)
    causes = SECTIONS[name].causes
    for key, old, new in pairs:
        if old != new and not (old in EMPTY and new in EMPTY):
            yield ChangeEntry(
                key=f"{name}.{key}", before=old, after=new, causes=causes.get(key, causes.get("", ""))
            )


def _parts(name: str, before: Any, after: Any) -> Iterator[tuple[str, Any, Any]]:
    """The parts of a list by their names: one that is gone, one that is new, one that changed."""
    old, new = ({_part_name(name, part): part for part in parts or ()} for parts in (before, after))
    for key in {**old, **new}:
        yield key, old.get(key), new.get(key)


def _part_name(name: str, part: dict[str, Any]) -> str:
    return " ".join(str(part[key]) for key in NAMED_BY[name])
