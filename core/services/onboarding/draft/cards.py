"""How far the set-up of a model is: for each card a state and one line, from what was said and seen."""

from typing import Any

from core.health.performance.formatting import tolerance
from core.services.onboarding.draft.views import CardState, DraftView
from core.stats.measures.table import metric_named

CARDS = ("data", "model", "labels", "checks", "people")


def cards(view: DraftView) -> dict[str, CardState]:
    """The state of every card, in order."""
    look = view.look or {}
    states = {
        "data": _data(view, look),
        "model": _model(view, look),
        "labels": _labels(look),
        "checks": _checks(look),
        "people": CardState("ready", "Everybody who may see this page; tokens once it is connected."),
    }
    for open_question in (look.get("question"), look.get("trouble"), view.trouble):
        if open_question and not view.stale:
            states[open_question["card"]] = CardState("needs attention", open_question["message"])
    return states


def _waits(look: dict[str, Any], card: str, otherwise: str) -> CardState:
    """What this card waits for: the one that asks something, if it is another."""
    open_question = look.get("question") or look.get("trouble")
    first = open_question["card"] if open_question else card
    return CardState("to do", otherwise if first == card else f"Known once {first.capitalize()} is settled.")


def ready(view: DraftView) -> bool:
    """Whether everything is there to connect the model."""
    return not view.stale and all(card.state == "ready" for card in cards(view).values())


def first_open(view: DraftView) -> str:
    """The card that a person looks at next."""
    states = cards(view)
    return next((name for name in CARDS if states[name].state != "ready"), "")


def _data(view: DraftView, look: dict[str, Any]) -> CardState:
    if not view.entries.address:
        return CardState("to do", "Upload a file, or say where the rows are.")
    if "rows" not in look:
        return CardState("to do", f"Reading {view.entries.source or view.entries.address}.")
    line = f"{view.entries.source or look.get('source', '')}: {look.get('rows', 0):,} rows, "
    return CardState("ready", f"{line}{look.get('width', 0):,} columns.")


def _model(view: DraftView, look: dict[str, Any]) -> CardState:
    entries, plan = view.entries, look.get("plan")
    if not entries.way:
        return CardState("to do", "Say where the predictions come from.")
    if entries.way == "registry" and not entries.model:
        return CardState("to do", "Choose a model of the registry.")
    if not entries.name.strip():
        return CardState("to do", "Give the model a name.")
    if plan is None:
        return _waits(look, "model", "Waiting for the rows.")
    if entries.way == "train":
        return CardState("ready", f"Train on {plan['training']:,} rows; {plan['log']:,} rows are its log.")
    scored = f"scored by {entries.model}" if entries.way == "registry" else "with the predictions they hold"
    return CardState("ready", f"{plan['log']:,} rows {scored}.")


def _labels(look: dict[str, Any]) -> CardState:
    if "task" not in look:
        return _waits(look, "labels", "Known when the data are read.")
    names = [name for name, _ in look["classes"]]
    listing = ", ".join(names[:6]) + (f" and {len(names) - 6} more" if len(names) > 6 else "")  # noqa: PLR2004
    if look["task"] == "binary":
        listing = f"{names[0]} or {names[1]} (positive)"
    return CardState("ready", f"{look['label']}: {listing or 'a number'}.")


def _checks(look: dict[str, Any]) -> CardState:
    plan = look.get("plan")
    if plan is None:
        return _waits(look, "checks", "Known when the model is chosen.")
    every = f"{int(plan['chunk']):,} rows" if plan["chunk"].isdigit() else plan["chunk"]
    return CardState("ready", f"{metric_named(plan['metric']).title}, for every {every}.")


def words(metric: str, size: float | None) -> str:
    """The tolerance as a sentence.

    >>> words("accuracy", 0.02)
    'Tell me when accuracy may have dropped by more than 2 points.'
    """
    verb = "dropped" if metric_named(metric).better == "higher" else "risen"
    title = metric_named(metric).title
    name = title if title.isupper() or "(" in title else title[:1].lower() + title[1:]
    much = "a tenth of what it was" if size is None else tolerance(metric_named(metric), size)
    return f"Tell me when {name} may have {verb} by more than {much}."
