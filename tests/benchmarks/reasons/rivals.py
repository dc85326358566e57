"""Alerts of NannyML and Evidently on the same worlds, which neither can be asked the cause of.

`python -m tests.benchmarks.reasons.rivals write FOLDER` writes worlds of two classes and the alerts of
Caretaker; `python tests/benchmarks/reasons/rivals.py nannyml FOLDER` (or evidently) is for an environment
that has only that library (NannyML 0.13.1 with pandas 2.2 and statsmodels; Evidently 0.7.23 with pandas 2),
and `... table FOLDER` prints all three. Each library is used as its documentation does, with its thresholds.
"""

import json
import os
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

SEEDS, ROWS = 2, 500
FIRST_WEEKS = 6
INPUTS = ("x1", "x2", "x3", "x4", "channel", "region")
LIBRARIES = ("caretaker", "nannyml", "evidently")
Alerts = dict[str, list[str]]
"""What was called worse (`performance`), and columns or places with another alert (`other`)."""


def write(folder: Path) -> None:
    """The worlds as Parquet, and the alerts of Caretaker."""
    from tests.benchmarks.reasons.base import generated
    from tests.benchmarks.reasons.run import log, monitored
    from tests.benchmarks.reasons.worlds import WORLDS

    base, said = generated("binary"), {}
    for name, seed in ((name, seed) for name in WORLDS for seed in range(SEEDS)):
        frame = log(base, name, seed, ROWS)
        key = f"{name}, {seed}".replace("/", "by")
        frame.to_parquet(folder / f"{key}.parquet")
        document = monitored(base, frame)
        alerts = document["alerts"]
        said[key] = {
            "performance": [a["sentence"] for a in alerts if a["rule"] == "performance"],
            "other": [a.get("feature", a["rule"]) for a in alerts if a["rule"] != "performance"],
            "cause": [c["kind"] for c in document["causes"][:1]],
        }
    _save(folder, "caretaker", said)


def ask(folder: Path, library: str) -> None:
    """What a library says of every log in the folder."""
    judge = {"nannyml": _nannyml, "evidently": _evidently}[library]
    files = sorted(folder.glob("*.parquet"))
    _save(folder, library, {file.stem: judge(*_periods(file)) for file in files})


def _periods(file: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    log = pd.read_parquet(file).sort_values("time", kind="stable")
    for name in ("channel", "region", "y", "prediction"):
        log[name] = log[name].astype(object)
    late = log["time"] >= log["time"].min() + pd.Timedelta(weeks=FIRST_WEEKS)
    return log[~late], log[late]


def _nannyml(before: pd.DataFrame, now: pd.DataFrame) -> Alerts:
    """Accuracy of every week, Jensen-Shannon distance of every input, missing and unseen values."""
    os.environ["NML_DISABLE_USAGE_LOGGING"] = "1"
    import nannyml as nml

    for part in (before, now):
        part["answer"], part["truth"] = ((part[name] == "yes").astype(int) for name in ("prediction", "y"))
    weeks = {"timestamp_column_name": "time", "chunk_period": "W"}
    calculators = {
        "performance": nml.PerformanceCalculator(
            ["accuracy"],
            y_true="truth",
            y_pred="answer",
            y_pred_proba="score_yes",
            problem_type="classification_binary",
            **weeks,
        ),
        "drift": nml.UnivariateDriftCalculator([*INPUTS, "score_yes"], **weeks),
        "missing": nml.MissingValuesCalculator(list(INPUTS), **weeks),
        "unseen": nml.UnseenValuesCalculator(["channel", "region"], **weeks),
    }
    alerts: dict[str, set[str]] = {"performance": set(), "other": set()}
    for kind, calculator in calculators.items():
        calculator.fit(before)
        table = calculator.calculate(now).filter(period="analysis").to_df()
        raised = [column for column in table.columns if column[-1] == "alert" and table[column].any()]
        alerts["performance" if kind == "performance" else "other"] |= {str(column[0]) for column in raised}
    return {kind: sorted(names) for kind, names in alerts.items()}


def _evidently(before: pd.DataFrame, now: pd.DataFrame) -> Alerts:
    """The newest three weeks against the reference period: the tests of two presets."""
    from evidently import BinaryClassification, DataDefinition, Dataset, Report
    from evidently.presets import ClassificationPreset, DataDriftPreset

    newest = now[now["time"] >= now["time"].max() - pd.Timedelta(weeks=3)]
    definition = DataDefinition(
        numerical_columns=["x1", "x2", "x3", "x4", "score_yes"],
        categorical_columns=["channel", "region", "y", "prediction"],
        classification=[BinaryClassification(target="y", prediction_labels="prediction", pos_label="yes")],
    )
    current, reference = (Dataset.from_pandas(part, data_definition=definition) for part in (newest, before))
    drift = Report([DataDriftPreset(columns=[*INPUTS, "score_yes"])], include_tests=True)
    quality = Report([ClassificationPreset()], include_tests=True)
    failed = [_failed(report, current, reference) for report in (quality, drift)]
    return {"performance": [name for name in failed[0] if "Accuracy" in name], "other": failed[1]}


def _failed(report: Any, current: Any, reference: Any) -> list[str]:
    """Tests that fail; a report that cannot be made is one."""
    try:
        tests = report.run(current, reference).dict()["tests"]
    except ValueError as error:  # of an empty column
        return [f"no report: {error}"]
    return [test["name"] for test in tests if test["status"] == "FAIL"]


def _save(folder: Path, library: str, said: dict[str, Alerts]) -> None:
    (folder / f"{library}.json").write_text(json.dumps(said, indent=1))


def table(folder: Path) -> None:
    """World by world: logs of all that were called worse, and logs with another alert."""
    said = {name: json.loads((folder / f"{name}.json").read_text()) for name in LIBRARIES}
    worlds = list(dict.fromkeys(key.rsplit(", ", 1)[0] for key in said["caretaker"]))
    print("| world | " + " | ".join(f"{name}: worse, other" for name in LIBRARIES) + " |")
    print("|---" * (len(LIBRARIES) + 1) + "|")
    for world in worlds:
        cells = []
        for library in LIBRARIES:
            logs = [alerts for key, alerts in said[library].items() if key.rsplit(", ", 1)[0] == world]
            cells.append(
                ", ".join(str(sum(bool(alerts[k]) for alerts in logs)) for k in ("performance", "other"))
            )
        print(f"| {world} | " + " | ".join(cells) + " |")


COMMANDS: dict[str, Callable[[Path], None]] = {
    "write": write,
    "nannyml": lambda folder: ask(folder, "nannyml"),
    "evidently": lambda folder: ask(folder, "evidently"),
    "table": table,
}

if __name__ == "__main__":
    warnings.simplefilter("ignore")
    COMMANDS[sys.argv[1]](Path(sys.argv[2]))
