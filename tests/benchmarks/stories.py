"""Does Health say what is known of real data? `python -m tests.benchmarks.stories --data DIR [NAME ...]`.

Each data set gets a first champion from its early rows, which then predicts the later ones. Health is asked
as of several days, in memory, on the same predictions. Prints what is known, what was said, what of it is
wrong, and the CPU seconds of the model and of Health; a summary at the end. DIR holds the Parquet files; what
is known of them stands beside each look.
"""

import argparse
import json
import os
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from core.model import ModelSpec
from core.services.dataset import rows
from core.services.in_memory.monitor_frame import monitor_frame
from core.services.onboarding.connect_model import connect, list_models
from core.services.onboarding.plan import ConnectRequest
from core.settings import Settings
from core.store.workspace import open_workspace
from core.tables.roles.guess import RequestedRoles
from core.tables.table import Table
from tests.benchmarks.known_logs import run

Document = dict[str, Any]
Check = Callable[[Document], bool]
CANONICAL = {"_id": "id", "_time": "time", "_prediction": "said", "_label": "label"}


@dataclass(frozen=True)
class Look:
    """Health as of a day: what is known, and checks by name."""

    until: str
    known: str
    checks: dict[str, Check]


@dataclass(frozen=True)
class Story:
    """A data set: how it is connected, and the looks at it; the file where it is not called as the story."""

    name: str
    columns: RequestedRoles
    train_until: str
    metric: str
    chunk: str
    looks: tuple[Look, ...]
    file: str = ""


def _is(*states: str) -> Check:
    return lambda document: document["status"] in states


def _since(month: str) -> Check:
    return lambda document: bool(document["onset"]) and str(document["onset"]["date"]).startswith(month)


def _spares(*columns: str) -> Check:
    return lambda document: (
        not any(set(columns) & {*cause["features"], cause.get("feature")} for cause in document["causes"])
    )


def _kinds(*kinds: str) -> Check:
    return lambda document: {cause["kind"] for cause in document["causes"]} <= set(kinds)


def _now(low: float, high: float) -> Check:
    return lambda document: low <= document["current"]["value"] <= high


def _apart(column: str, value: str) -> Check:
    return lambda document: (
        [(s["column"], s["value"]) for s in document["segments"] if s["apart"]][:1] == [(column, value)]
    )


def _alarms(most: int) -> Check:
    return lambda document: sum(bool(c["alarm"]) and c["alarm"]["on"] for c in document["chunks"]) <= most


def _blames_no_labels(document: Document) -> bool:
    return "labels" not in {cause["kind"] for cause in document["causes"]}


NO_LABELS_BLAMED: dict[str, Check] = {"labels are not blamed": _blames_no_labels}
AFTERWARDS = (
    *("timestamp", "country", "booking_changes", "required_car_parking_spaces", "adr"),
    "days_in_waiting_list",
)
"""Recorded in part after the booking."""
TRAP = ("vicprice", "vicdemand", "transfer")

STORIES = (
    Story(
        "hotel_bookings",
        RequestedRoles(
            "label", "binary", id="id", time="arrival_date", positive="canceled", segments=("hotel",),
            label_available_at="label_available_at", exclude=AFTERWARDS,
        ),
        "2015-12-01", "roc_auc", "month",
        (
            Look("2016-03-01", "AUC .97 -> .81 in 2016-01; City Hotel falls, Resort Hotel does not yet", {
                "red": _is("red"), "since Jan 2016": _since("2016-01"), **NO_LABELS_BLAMED,
                "City Hotel apart": _apart("hotel", "City Hotel"),
            }),
            Look("2017-09-01", "AUC .65 in 2017-08", {
                "red": _is("red"), "since Jan 2016": _since("2016-01"), "AUC .55-.80": _now(0.55, 0.8),
                **NO_LABELS_BLAMED,
            }),
        ),
    ),
    Story(
        "elec2", RequestedRoles("label", "binary", id="id", time="timestamp", positive="UP"),
        "1997-05-01", "accuracy", "month",
        (
            Look("1997-09-01", "three inputs begin to move, which no prediction follows", {
                "trap columns spared": _spares(*TRAP), **NO_LABELS_BLAMED,
            }),
            Look("1998-04-01", "accuracy .85 -> .59 in 1998-03", {
                "red": _is("red"), "trap columns spared": _spares(*TRAP), "accuracy .5-.7": _now(0.5, 0.7),
                **NO_LABELS_BLAMED,
            }),
            Look("1999-01-01", "recovered to .85", {"not red": _is("green", "amber")}),
        ),
    ),
    Story(
        "bike_sharing", RequestedRoles("label", "regression", id="id", time="timestamp"),
        "2012-01-01", "mae", "month",
        (
            Look("2013-01-01", "MAE 18 -> 97, bias -86: growth from the first day of 2012 on", {
                "red": _is("red"), "since Jan 2012": _since("2012-01"), "MAE 60-120": _now(60, 120),
                "no input, no fault named": _kinds("inside"),
                "too low is said": lambda document: "too low" in document["sentence"],
            }),
        ),
    ),
    Story(
        "steel_load_type",
        RequestedRoles("label", "multiclass", id="id", time="timestamp", exclude=("nsm",)),
        "2018-04-01", "accuracy", "month",
        (
            Look("2019-01-01", "without the time of day accuracy .76 -> .64-.74", {
                "red": _is("red"), "accuracy .64-.74": _now(0.64, 0.74), **NO_LABELS_BLAMED,
                "no fault named": _kinds("inside", "mix"),
            }),
        ),
    ),
    Story(
        "steel_by_time_of_day", RequestedRoles("label", "multiclass", id="id", time="timestamp"),
        "2018-05-01", "accuracy", "month",
        (
            Look("2018-11-01", "accuracy .88-.90 until 2018-10", {
                "not at .75 yet": _now(0.85, 0.93), **NO_LABELS_BLAMED,
            }),
            Look("2019-01-01", "the hours of each load move in 2018-11: accuracy .90 -> .75", {
                "red": _is("red"), "since Nov 2018": _since("2018-11"), "accuracy .74-.77": _now(0.74, 0.77),
                **NO_LABELS_BLAMED, "no fault named": _kinds("inside", "mix"),
            }),
        ),
        file="steel_load_type",
    ),
    Story(
        "noaa_weather", RequestedRoles("label", "binary", id="id", time="timestamp", positive="rain"),
        "1960-01-01", "roc_auc", "year",
        (
            Look("1986-01-01", "29 errors in 100 in 1985 instead of 22", {"not green": _is("red", "amber")}),
            Look("1988-01-01", "22 errors in 100 in 1987", {"not red": _is("green", "amber")}),
            Look("2000-01-01", "nearly stable, AUC .86 -> .81-.86", {
                "not red": _is("green", "amber"), "an alarm in 2 of 40 years at most": _alarms(2),
            }),
        ),
    ),
)  # fmt: skip


def main() -> int:
    """Print the table; 1 when something that is said contradicts what is known."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--recipe", help="of the champions; the default: gradient boosting")
    parser.add_argument("--by-command", action="store_true", help="connect and judge by the command line")
    parser.add_argument("names", nargs="*")
    args = parser.parse_args()
    warnings.simplefilter("ignore")
    # threads of the fits that spin while they wait slow each other down on busy cores
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    summary = []
    for story in STORIES:
        if args.names and story.name not in args.names:
            continue
        begun = time.process_time()
        file = args.data / f"{story.file or story.name}.parquet"
        if not args.by_command:
            spec, before, later = predicted(story, file, args.recipe)
            rows = len(before) + len(later)
        trained = time.process_time() - begun
        checks, right, seconds = 0, 0, 0.0
        for look in story.looks:
            begun = time.process_time()
            if args.by_command:
                document, rows = by_command(story, file, look, args.recipe)
            else:
                document = health(story, spec, before, later[later["time"] < look.until])
            seconds += time.process_time() - begun
            failed = [name for name, holds in look.checks.items() if not holds(document)]
            checks, right = checks + len(look.checks), right + len(look.checks) - len(failed)
            print(f"\n{story.name} as of {look.until}: known: {look.known}")
            print(f"  said: {document['status']}: {document['sentence']}")
            print(f"  {len(look.checks) - len(failed)} of {len(look.checks)} right", *failed, sep="; not: ")
        cells = (story.name, f"{rows:,}", f"{right} of {checks}", f"{trained:.0f}", f"{seconds:.1f}")
        summary.append((right < checks, " | ".join(cells)))
    print("\n| story | rows | checks | model, CPU-s | Health, CPU-s |\n|---|---|---|---|---|")
    print(*(f"| {cells} |" for _, cells in summary), sep="\n")
    return int(any(wrong for wrong, _ in summary))


def predicted(story: Story, file: Path, recipe: str | None) -> tuple[ModelSpec, pd.DataFrame, pd.DataFrame]:
    """The model, its training rows with out-of-fold predictions, and the later rows with its predictions."""
    request = ConnectRequest(
        story.name,
        story.columns,
        file,
        chunk=story.chunk,
        metric=story.metric,
        train_until=story.train_until,
        recipe=recipe,
    )
    with tempfile.TemporaryDirectory() as home:
        ws = open_workspace(Settings(home=Path(home)))
        try:
            connect(ws, request)
            [spec] = list_models(ws)
            before, later = (_log_of(spec, rows(ws, spec, part=part)) for part in ("training", "log"))
        finally:
            ws.engine.dispose()
    return spec, before, later


def by_command(story: Story, file: Path, look: Look, recipe: str | None) -> tuple[Document, int]:
    """The health document that the command line prints of the rows before the look, and their number."""
    roles, frame = story.columns, pd.read_parquet(file)
    frame = frame[pd.to_datetime(frame[str(roles.time)]) < pd.Timestamp(look.until)]
    words = connecting_words(story, recipe)
    with tempfile.TemporaryDirectory() as home:
        os.environ["CARETAKER_HOME"] = home
        log = Path(home) / "log.parquet"
        frame.to_parquet(log)
        said = run("add", story.name, "--data", str(log), *words, "--as-of", look.until)
        document = run("health", story.name, "--format", "json")
    if not document.lstrip().startswith("{"):
        raise RuntimeError(f"{said}\n{document}")
    return dict(json.loads(document)), len(frame)


def connecting_words(story: Story, recipe: str | None) -> list[str]:
    """The options by which `add` connects the model of a story."""
    roles = story.columns
    options: dict[str, str | None] = {
        "--label": roles.label, "--task": roles.task, "--id": roles.id, "--time": roles.time,
        "--positive": roles.positive, "--label-available-at": roles.label_available_at,
        "--exclude": ",".join(roles.exclude), "--metric": story.metric, "--chunk": story.chunk,
        "--train-until": story.train_until, "--recipe": recipe,
    }  # fmt: skip
    words = [word for option, value in options.items() if value for word in (option, value)]
    return words + [word for column in roles.segments or () for word in ("--segment", column)]


def _log_of(spec: ModelSpec, canonical: pd.DataFrame) -> pd.DataFrame:
    """The rows as a log that somebody else kept; every label is known."""
    scores = {f"_score_{at}": f"score_{name}" for at, name in enumerate(spec.classes)}
    columns = {**CANONICAL, **scores, **{name: name for name in (*spec.roles.features, *spec.roles.segments)}}
    return canonical[list(dict.fromkeys(columns))].rename(columns=columns)


def health(story: Story, spec: ModelSpec, before: pd.DataFrame, later: pd.DataFrame) -> Document:
    """The health document of these rows."""
    wanted = RequestedRoles(
        "label", spec.task, id="id", time="time", prediction="said", positive=story.columns.positive,
        segments=spec.roles.segments, scores={name: f"score_{name}" for name in spec.classes[-1:]}
        if spec.task == "binary" else {name: f"score_{name}" for name in spec.classes},
        exclude=tuple(f"score_{name}" for name in spec.classes[:1]) if spec.task == "binary" else (),
    )  # fmt: skip
    request = ConnectRequest(story.name, wanted, chunk=story.chunk, metric=story.metric)
    return dict(monitor_frame(request, Table(later, "log"), Table(before, "reference")).document)


if __name__ == "__main__":
    sys.exit(main())
