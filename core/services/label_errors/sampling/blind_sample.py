"""A blind sample: random rows of the period that fell and of the reference period, asked without any label.

Only so can it be said whether labels are to blame: their errors, flipped or one-sided, look from the scores
like a changed world.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from core.errors import DataError
from core.health.report.document import HealthDocument
from core.health.rules import RULES, ReviewRules
from core.lake.paths import Part
from core.model import ModelSpec
from core.services.dataset import rows
from core.services.monitoring import monitor
from core.store import models
from core.store.annotation import blind_samples, tasks
from core.store.annotation.blind_samples import BlindSample, DrawnPeriod, DrawnRow
from core.store.engine import reading, writing
from core.store.workspace import Workspace

FIRST = -1.0
"""Priority: a sample comes before the suspects, whose ranks begin with 1."""


def ask(ws: Workspace, name: str, by: str, rules: ReviewRules = RULES.review) -> int:
    """Draw a blind sample and ask experts about it; gives how many rows it holds.

    Asked again about the same period it is enlarged by as many rows.

    Raises:
        DataError: the model predicts numbers, or nothing is measured that could be explained.
    """
    with reading(ws.engine) as session:
        spec = models.spec(session, name)
        earlier = blind_samples.latest(session, spec.id)
    if not spec.classes:
        raise DataError(
            f"{name} predicts numbers, which are right or wrong by degrees.",
            "Send some of its rows to Relabel from Suspects.",
        )
    sample = _draw(ws, spec, monitor.health(ws, name), earlier, rules)
    drawn = sample.rows
    order = np.random.default_rng(len(drawn)).permutation(list(drawn))
    new = [
        tasks.NewTask(row, FIRST + at / (len(order) + 1), "audit", given=drawn[row].given, blind=True)
        for at, row in enumerate(map(str, order))
    ]
    with writing(ws.engine) as session:
        tasks.create(session, spec.id, new)
        blind_samples.add(session, spec.id, by, sample)
    return len(order)


def _draw(
    ws: Workspace,
    spec: ModelSpec,
    document: HealthDocument | None,
    earlier: BlindSample | None,
    rules: ReviewRules,
) -> BlindSample:
    current, reference = (document["current"], document["reference"]) if document else (None, None)
    if document is None or current is None or reference is None:
        raise DataError(
            f"Nothing is measured of {spec.name} yet.",
            f"A sample is drawn from the newest measured periods: `python -m core health {spec.name}`.",
        )
    start, end = current["start"], current["end"]
    inside = [
        chunk["key"]
        for chunk in document["chunks"]
        if _within(chunk["start"], start, end) and _within(chunk["end"], start, end)
    ]
    known = [chunk["key"] for chunk in reference["chunks"]]
    same = earlier is not None and (earlier.first, earlier.last) == (inside[0], inside[-1])
    before = earlier if same else None
    return BlindSample(
        period=current["label"],
        first=inside[0],
        last=inside[-1],
        now=_draw_period(ws, spec, ("log", inside), before.now if before else None, rules),
        before=_draw_period(
            ws,
            spec,
            ("training" if reference["trained"] else "log", known),
            before.before if before else None,
            rules,
        ),
    )


def _within(place: str | int, start: str | int, end: str | int) -> bool:
    """Whether a place lies between two others: days by their ISO form, rows by their number."""
    return bool(start <= place <= end)  # type: ignore[operator]


def _draw_period(
    ws: Workspace,
    spec: ModelSpec,
    place: tuple[Part, Sequence[str]],
    earlier: DrawnPeriod | None,
    rules: ReviewRules,
) -> DrawnPeriod:
    """Rows of a period drawn at random from both kinds, beside those drawn earlier."""
    frame = rows(ws, spec, part=place[0], columns=[], chunks=list(place[1]))
    frame = frame[frame["_given"].isin(spec.classes) & frame["_prediction"].isin(spec.classes)]
    drawn = dict(earlier.rows) if earlier else {}
    differs = frame["_given"] != frame["_prediction"]
    rng = np.random.default_rng(len(drawn))
    for part, number in ((frame[differs], rules.differ), (frame[~differs], rules.agree)):
        fresh = part[~part["_id"].isin(list(drawn))]
        drawn |= _rows(fresh.iloc[rng.permutation(len(fresh))[:number]])
    return DrawnPeriod(differ=int(differs.sum()), agree=int((~differs).sum()), rows=drawn)


def _rows(frame: pd.DataFrame) -> dict[str, DrawnRow]:
    columns = zip(frame["_id"], frame["_given"], frame["_prediction"], strict=True)
    return {str(row): DrawnRow(given=str(label), predicted=str(guess)) for row, label, guess in columns}
