"""Does Health say what is right of small logs with a known fault? `python -m tests.benchmarks.known_logs`.

Each file of the folder `--data` is connected and judged by the command line, in a home of its own. What is
right stands beside each file; prints what is not. `tests/services/monitoring/test_known_situations.py` and
`tests/services/ingestion/test_left_out.py` hold the same of logs that they make themselves.
"""

import argparse
import contextlib
import io
import json
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.cli.app import main as command

Document = dict[str, Any]
PLAIN = "--task binary --label y --time t --id id --score score --chunk week"
ENDED = "The log has ended"
EXACT = 1e-9
"""Relative difference of sums that only the order of adding makes."""


@dataclass(frozen=True)
class Outcome:
    """What was said of a file while connecting, its health document, and that before the second delivery."""

    connecting: str
    health: Document
    earlier: Document = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """The sentence on top of Health."""
        return str(self.health.get("sentence", ""))

    @property
    def faults(self) -> set[tuple[str, str | None, str]]:
        """Rule, column and first day of the alerts, those of the metric and of the log's end left out."""
        return {
            (alert["rule"], alert.get("feature"), alert["opened"])
            for alert in self.health["alerts"]
            if alert["rule"] != "performance" and ENDED not in alert["sentence"]
        }

    @property
    def causes(self) -> list[tuple[str, str | None]]:
        """Kind and column of each cause."""
        return [(cause["kind"], cause.get("feature")) for cause in self.health["causes"]]


Check = Callable[[Outcome], bool]


@dataclass(frozen=True)
class KnownLog:
    """A file, how it is connected, and what must be said of it.

    Attributes:
        later: a second delivery.
        table: of a database.
    """

    file: str
    options: str
    checks: dict[str, Check]
    later: str = ""
    table: str = ""


def _says(*texts: str) -> Check:
    return lambda outcome: all(text in outcome.sentence for text in texts)


def _connects(*texts: str) -> Check:
    return lambda outcome: all(text in outcome.connecting for text in texts)


def _faults(*faults: tuple[str, str | None, str]) -> Check:
    return lambda outcome: outcome.faults == set(faults)


def _is(*states: str) -> Check:
    return lambda outcome: outcome.health["status"] in states


def _account(outcome: Outcome) -> bool:
    """The fall is the mix of the channel, about 9.3 points; what is left is small; the sum is exact."""
    lines, fall = outcome.health["account"], outcome.health["fall"]["value"]
    mix = [line["points"] for line in lines if (line["kind"], line.get("feature")) == ("mix", "channel")]
    return len(mix) == 1 and abs(mix[0] + 0.093) < 0.02 and abs(sum(x["points"] for x in lines) - fall) < 1e-9


def _adds_up(labelled: int, right: int, brier: float, log_loss: float) -> Check:
    """Weeks sum to what the file says, counted row by row beside Caretaker: no cell was read otherwise."""

    def check(outcome: Outcome) -> bool:
        weeks = [chunk for chunk in outcome.health["chunks"] if chunk["labelled"]]
        sums = [
            sum(week["realised"][name]["value"] * week["labelled"] for week in weeks)
            for name in ("accuracy", "brier", "log_loss")
        ]
        return sum(week["labelled"] for week in weeks) == labelled and all(
            abs(found - counted) < EXACT * counted
            for found, counted in zip(sums, (right, brier, log_loss), strict=True)
        )

    return check


def _only_may_changed(outcome: Outcome) -> bool:
    """The backfill of May replaced the rows of May, and nothing else."""
    past, now = (
        {chunk["label"]: (chunk["n"], chunk["realised"]) for chunk in document["chunks"]}
        for document in (outcome.earlier, outcome.health)
    )
    return past.keys() == now.keys() and {label for label in now if past[label] != now[label]} == {"May 2024"}


LOGS = (
    KnownLog(
        "mix_only.parquet",
        "--task binary --id id --label churned --score score --positive yes --time time --chunk week "
        "--metric accuracy --tolerance 0.02 --segment channel --reference 2025-01-06..2025-02-10",
        {
            "red": _is("red"),
            "the mix of channel alone": lambda o: o.causes == [("mix", "channel")],
            "-9.3 points of the account": _account,
            "no segment is worse inside": lambda o: not any(s["apart"] for s in o.health["segments"]),
            "labels are not blamed": lambda o: "label" not in o.sentence,
        },
    ),
    KnownLog(
        "01_allnull.csv.gz", PLAIN,
        {
            "x4 since the week of 1 May": _faults(("data_fault", "x4", "2024-04-29")),
            "in the sentence": _says("x4 arrives empty in every row (0 % before) since Week 18, 2024."),
        },
    ),
    KnownLog(
        "03_tinylast.csv", PLAIN.replace("week", "500"),
        {"too few to measure": _says("The row after Rows 4,501-5,000 is too few to measure.")},
    ),
    KnownLog(
        "06_newcat.csv.gz", PLAIN,
        {"x3 in its first week": _faults(("data_fault", "x3", "2024-04-29")), "named": _says("'NEW-SHOP'")},
    ),
    KnownLog(
        "12_gap.csv", PLAIN,
        {
            "three weeks": lambda o: [gap["chunks"] for gap in o.health["data"]["gaps"]] == [3],
            "said": _says("No rows came in Week 14, 2024 to Week 16, 2024.", ENDED),
            "stale": lambda o: o.health["data"]["stale"],
            "the thin week": lambda o: ("rows", None, "2024-05-06") in o.faults,
        },
    ),
    KnownLog(
        "13_nanscore.csv.gz", PLAIN,
        {"counted": _connects("378 of 6,000 rows", "the probability is missing")},
    ),
    KnownLog("13_float32.csv", PLAIN, {"clipped": _connects("1 score lay outside 0 to 1 by rounding")}),
    KnownLog(
        "13_scorerange.csv.gz", PLAIN,
        {"its row": _connects("row 101", "1.00002 is not a probability")},
    ),
    KnownLog(
        "15_dates.csv.gz", PLAIN,
        {
            "recognised": _connects("Not used as features: signup, invoice_no"),
            "no fault, no drift": lambda o: not o.faults and set(o.health["features"]) == {"x1", "x2", "x3"},
        },
    ),
    KnownLog(
        "20_bool.csv", f"{PLAIN} --prediction pred",
        {
            "fine": _faults(),
            "blanks are no label and no class": lambda o: o.health["labels"]
            == {"rows": 5_000, "labelled": 4_501, "mature": 4_501},
            "every value is read": _adds_up(4_501, 3_563, 644.7302533499, 1979.0724914552793),
            "not as inputs": lambda o: set(o.health["features"]) == {"x1", "x2", "x3"},
        },
    ),
    KnownLog(
        "20_intvsyes.csv", f"{PLAIN} --prediction pred",
        {"fine": _faults(), "which is which": _connects("In 'pred', 0 means no, 1 means yes.")},
    ),
    KnownLog(
        "21_decimals.duckdb", PLAIN,
        {
            "a LIST refuses nothing": lambda o: "'lst' holds lists" in o.connecting and not o.faults,
            "decimals are exact": _adds_up(4_000, 3_147, 574.9071564049999, 1753.9857128115543),
            "a counter is no input": lambda o: set(o.health["features"])
            == {"x1", "x2", "x3", "amount", "extra"},
            "times of their zone": lambda o: o.health["data"]["from"] == "2024-01-01",
        },
        table="log",
    ),
    KnownLog(
        "22_log.csv.gz", PLAIN.replace("week", "month"),
        {"May alone": _only_may_changed},
        later="22_backfill.csv",
    ),
    KnownLog(
        "23_constant.csv.gz", PLAIN,
        {
            "the cause": lambda o: o.causes == [("output_fault", None)],
            "since the week of 1 May": lambda o: o.health["onset"]["date"] == "2024-04-29",
            "said": _says("the model's predictions are constant"),
        },
    ),
    KnownLog(
        "25_rare.csv.gz", PLAIN,
        {
            "all weeks": _says("All 30,000 labels of the log together"),
            "longer chunks": lambda o: "longer periods" in o.health["suggestion"],
            "no false end of labels": lambda o: "Labels reach until" not in o.sentence,
        },
    ),
    KnownLog(
        "26_nolabels.csv.gz", f"{PLAIN} --positive 1",
        {"grey": _is("grey"), "said": _says("None of them has a label yet", "x1 moved")},
    ),
    KnownLog(
        "28_units.csv.gz", PLAIN,
        {
            "x1 in its first week, 10 June": _faults(("data_fault", "x1", "2024-06-10")),
            "unit or scale": _says("x1 is about 1,000 times as large as before (another unit or scale)"),
            "not the relation": lambda o: not o.causes,
        },
    ),
    KnownLog("30_tiny.csv", PLAIN, {"cannot tell": _says("cannot be told yet, from 44 labels")}),
    KnownLog(
        "31_ordinal.csv",
        "--task multiclass --label stars --time t --id id --prediction pred --chunk week "
        "--metric class_distance",
        {"red": _is("red"), "onset in May": lambda o: o.health["onset"]["date"] == "2024-05-13"},
    ),
    KnownLog("44_multilabel.csv", "--label tags --id id", {"asks": _connects("are these several labels?")}),
    KnownLog(
        "churn_log.csv",
        "--task binary --label churned --time scored_on --id customer_id --prediction predicted_churn "
        "--score churn_score --chunk month",
        {
            "accuracy and log-loss": _says("more errors in 100", "log-loss"),
            "not the old answers": _connects("6 features: plan, country, tenure_months"),
            "not green": _is("amber", "red"),
            "no green month after March": lambda o: not any(
                chunk["status"] == "green" for chunk in o.health["chunks"] if chunk["start"] >= "2026-04"
            ),
        },
    ),
)  # fmt: skip


def main() -> int:
    """Print the table; 1 when something that is right was not said."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("names", nargs="*")
    args = parser.parse_args()
    wrong = 0
    print("| file | checks | not said | sentence |\n|---|---|---|---|")
    for log in LOGS:
        if args.names and log.file not in args.names:
            continue
        outcome = judged(log, args.data)
        failed = [name for name, holds in log.checks.items() if not holds(outcome)]
        wrong += len(failed)
        right = f"{len(log.checks) - len(failed)} of {len(log.checks)}"
        text = outcome.sentence or outcome.connecting.strip().splitlines()[0]
        print(f"| {log.file} | {right} | {', '.join(failed)} | {text} |", flush=True)
    return int(wrong > 0)


def judged(log: KnownLog, data: Path) -> Outcome:
    """What the command line says of the file."""
    with tempfile.TemporaryDirectory() as home:
        os.environ["CARETAKER_HOME"] = home
        os.environ["CARETAKER_CONNECTIONS"] = json.dumps({"known": f"duckdb:///{data / log.file}"})
        source = f"sql:known/{log.table}" if log.table else str(data / log.file)
        connecting = run("add", "log", "--data", source, *log.options.split(), "--format", "json")
        if not connecting.lstrip().startswith("{"):
            return Outcome(connecting, {})
        health: Document = json.loads(run("health", "log", "--format", "json"))
        if not log.later:
            return Outcome(connecting, health)
        run("ingest", "log", str(data / log.later))
        return Outcome(connecting, json.loads(run("health", "log", "--format", "json")), health)


def run(*arguments: str) -> str:
    """What a command prints, else what it complains of; `CARETAKER_HOME` names the home."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), contextlib.suppress(SystemExit):
        command(list(arguments))
    return out.getvalue() or err.getvalue()


if __name__ == "__main__":
    sys.exit(main())
