"""Look at the rows of a draft: what the columns hold, which parts they play, what connecting would do."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import pandas as pd

from core.errors import CaretakerError
from core.model import ModelSpec
from core.services.onboarding.draft.connect_request import (
    SCORE,
    as_json,
    for_page,
    request,
    requested_columns,
    without_checks,
)
from core.services.onboarding.draft.read_upload import first_table
from core.services.onboarding.draft.views import DraftEntries
from core.services.onboarding.plan import ConnectRequest, Plan, plan
from core.settings import Settings
from core.tables import chunks
from core.tables.roles.guess import Guess, guess, outcome
from core.tables.roles.label_guess import guess_label
from core.tables.roles.prediction_question import ask_for_predictions
from core.tables.roles.requested_roles import UnsureRole
from core.tables.roles.role_reasons import Why
from core.tables.table import Table, require_columns
from core.tables.values.columns import kind_of
from core.tables.values.names import as_class

SHOWN_ROWS, SHOWN_COLUMNS, SHOWN_LETTERS = 50, 60, 80
MOST_COLUMNS = 300


@dataclass(slots=True)
class LookState:
    """How far a look came before something did not fit; `card` is the one that it is about."""

    card: str = "data"
    table: Table | None = None
    label: str | None = None
    label_reason: str | None = None
    guessed: Guess | None = None
    request: ConnectRequest | None = None
    planned: Plan | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A column and its part, as a look found them."""

    name: str
    role: str


def look(settings: Settings, entries: DraftEntries) -> dict[str, Any]:
    """What the page draws: columns, preview, plan; and the question or the trouble that came first."""
    state = LookState()
    document: dict[str, Any] = {"key": entries.key, "question": None, "trouble": None}
    try:
        examine(settings, entries, state)
    except UnsureRole as unsure:
        card = "model" if state.card == "model" else "data"
        if unsure.choices:
            choices = [{"title": choice.title, "wanted": choice.roles} for choice in unsure.choices]
            document["question"] = {"card": card, "message": unsure.message, "choices": choices}
        else:  # nothing that could be pressed as an answer: it is said what to do instead
            document["trouble"] = {"card": card, "message": unsure.message, "hint": for_page(unsure.hint)}
    except CaretakerError as error:
        document["trouble"] = {"card": state.card, "message": error.message, "hint": for_page(error.hint)}
    if state.table is not None:
        document |= _rows(state.table) | {"columns": _columns(state)}
    if state.guessed is not None:
        document |= _guess_document(state.table, state.guessed)  # type: ignore[arg-type]
    if state.planned is not None:
        document["plan"] = _plan_document(state.planned)
    if state.planned is not None and document["trouble"] is None:
        document["request"] = as_json(state.request)  # type: ignore[arg-type]
    return document


def examine(settings: Settings, entries: DraftEntries, state: LookState) -> LookState:
    """Read, guess, plan; `seen` holds what is known even when a step raises.

    Raises:
        DataError: something does not fit; `seen.card` says on which card.
    """
    state.table = first_table(settings, entries.address)
    of = {role: name for name, role in entries.roles.items()}
    state.label = of.get("label") or entries.choices.get("label")
    if state.label is None:
        state.label, state.label_reason = guess_label(state.table)
    columns = requested_columns(entries, state.label)
    require_columns(state.table, [state.label])
    state.card = "labels"
    outcome(state.table, columns, Why())
    state.card = "data"
    state.guessed = guess(state.table, columns)
    state.request = request(entries, columns, "")
    if entries.way == "log":
        state.card = "model"
        ask_for_predictions(state.table, columns, state.guessed)
    if entries.way and (entries.way != "registry" or entries.model) and entries.name.strip():
        state.card = "model"
        _plan(state, state.request, state.table)
    return state


def _plan(state: LookState, request: ConnectRequest, table: Table) -> None:
    """Plan it; where only the checks do not fit, keep the plan without them, so that they can be changed."""
    try:
        state.planned = plan(request, table)
    except CaretakerError:
        with suppress(CaretakerError):
            state.planned = plan(without_checks(request), table)
            state.card = "checks"
        raise


def card_of(request: ConnectRequest, table: Table) -> str:
    """The card that stands in the way of a request which cannot be planned."""
    try:
        plan(without_checks(request), table)
    except CaretakerError:
        return "model"
    return "checks"


def _rows(table: Table) -> dict[str, Any]:
    head = table.frame.head(SHOWN_ROWS).iloc[:, :SHOWN_COLUMNS]
    return {
        "source": table.source,
        "rows": len(table.frame),
        "width": table.frame.shape[1],
        "preview": {str(name): [cell(value) for value in head[name]] for name in head.columns},
    }


def _columns(state: LookState) -> list[dict[str, Any]]:
    """One line for each column; the role is empty as long as a question is open."""
    parts = {column.name: column for column in state.guessed.columns} if state.guessed else {}
    frame = state.table.frame  # type: ignore[union-attr]
    documents = []
    for name in map(str, frame.columns[:MOST_COLUMNS]):
        part, column = parts.get(name), frame[name]
        role = "" if part is None else f"{SCORE}{part.cls}" if part.role == "score" else part.role
        known = column.dropna()
        documents.append(
            {
                "name": name,
                "role": role or ("label" if name == state.label else ""),
                "kind": kind_of(column),
                "missing": 1 - len(known) / max(len(column), 1),
                "distinct": int(known.nunique()),
                "example": cell(known.iloc[0]) if len(known) else "",
                "reason": (name == state.label and state.label_reason) or (part.reason if part else ""),
            }
        )
    return documents


def _guess_document(table: Table, guessed: Guess) -> dict[str, Any]:
    counts = as_class(table, guessed.roles.label, guessed.classes).value_counts()
    missing = len(table.frame) - int(counts.sum())
    return {
        "task": guessed.task,
        "item": guessed.item,
        "label": guessed.roles.label,
        "classes": [[name, int(counts.get(name, 0))] for name in guessed.classes],
        "unlabelled": missing,
        "timed": guessed.roles.time is not None,
        "span": _span(table, guessed.roles.time),
        "label_time": guessed.roles.label_available_at,
        "reasons": list(guessed.reasons),
    }


def _plan_document(made: Plan) -> dict[str, Any]:
    return {
        "training": len(made.training),
        "log": len(made.log),
        "chunk": made.spec.chunk,
        "metric": made.spec.metric,
        "tolerance": made.spec.tolerance,
        "decided": made.spec.roles.prediction is not None,
        "recipe": made.spec.recipe,
        "told": [for_page(sentence) for sentence in made.notes],
        "until": made.spec.trained_until,
        "reference": made.spec.reference,
        "chunks": _chunks(made.spec, made.training, "training") + _chunks(made.spec, made.log, "log"),
    }


def _span(table: Table, time: str | None) -> list[str] | None:
    """First and last moment; known also while a wrong end of the training rows prevents a plan."""
    times = pd.to_datetime(table.frame[time], errors="coerce", utc=True).dropna() if time else pd.Series()
    return None if times.empty else [times.min().isoformat(), times.max().isoformat()]


def _chunks(spec: ModelSpec, rows: pd.DataFrame, part: str) -> list[dict[str, Any]]:
    counts = rows.groupby("_chunk")["_label"].agg(["size", "count"])
    return [
        {
            "key": str(key),
            "label": chunks.label(str(key), spec.chunk),
            "n": int(n),
            "labelled": int(labelled),
            "part": part,
        }
        for key, n, labelled in counts.itertuples()
    ]


def cell(value: Any) -> str:
    """A value of the data as a short text.

    >>> cell(b"PNG..."), cell(1.0), cell("x" * 100)[-3:]
    ('6 bytes', '1.0', 'xx…')
    """
    if isinstance(value, bytes):
        return f"{len(value):,} bytes"
    text = "" if value is None or value is pd.NaT or value != value else str(value)  # noqa: PLR0124 -- NaN
    return text if len(text) <= SHOWN_LETTERS else text[: SHOWN_LETTERS - 1] + "…"
