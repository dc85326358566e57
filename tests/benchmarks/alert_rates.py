"""How often alerts open where nothing happened, and how many messages a fall that comes and goes makes.

`python -m tests.benchmarks.alert_rates [--streams 6 --chunks 40]`: logs of two classes, a chunk of 300 rows
a day, the first ten are the reference period; after each further day the findings are computed anew and the
alerts advance. Quiet streams stay as they were. In flapping ones the scores lose half of their meaning on six
days of twelve. "Bare" closes at the first reading without the condition and has no cool-down.
"""

import argparse
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd

from core.health.alerts.conditions import conditions, newest_data
from core.health.alerts.life_cycle import Alert, advance
from core.health.alerts.rules import RULES
from core.services.in_memory.monitor_frame import monitor_frame
from core.services.onboarding.plan import ConnectRequest
from core.tables.roles.guess import RequestedRoles
from core.tables.table import Table

ROWS, BEFORE = 300, 10
START = datetime(2026, 3, 3, 12, tzinfo=UTC)
WANTED = RequestedRoles(
    label="y", task="binary", id="id", prediction="said", score="p", positive="yes", item="record"
)
BARE = replace(RULES, closes_after=1, cool_down_hours=0.0)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--streams", type=int, default=6)
    parser.add_argument("--chunks", type=int, default=40)
    parser.add_argument("--days", type=int, default=6, help="Good days, then as many bad ones.")
    parser.add_argument("--kinds", default="quiet,flapping")
    options = parser.parse_args()
    print("stream | judged chunks | rules | alerts | messages | alerts per 100 chunks")
    for kind in options.kinds.split(","):
        readings = [
            read(stream(seed, options.chunks, options.days if kind == "flapping" else 0))
            for seed in range(options.streams)
        ]
        judged = sum(map(len, readings))
        for name, rules in (("as they are", RULES), ("bare", BARE)):
            outcomes = [follow(one, rules) for one in readings]
            alerts, told = (sum(numbers) for numbers in zip(*outcomes, strict=True))
            print(f"{kind} | {judged} | {name} | {alerts} | {told} | {100 * alerts / judged:.1f}")


def stream(seed, chunks, days):
    """The rows of a log; `days` good ones, then as many bad ones; 0: all are good."""
    rng = np.random.default_rng(seed)
    rows = (BEFORE + chunks) * ROWS
    x = rng.normal(size=rows)
    truth = rng.random(rows) < 1 / (1 + np.exp(-3 * x))
    day = np.arange(rows) // ROWS - BEFORE
    broken = (day >= days) & (day // max(days, 1) % 2 == 1) & (days > 0)
    seen = np.where(broken, 0.5 * x + 0.9 * rng.normal(size=rows), x)
    p = 1 / (1 + np.exp(-3 * seen))
    return pd.DataFrame(
        {
            "id": [f"r{one}" for one in range(rows)],
            "x": x,
            "p": p,
            "said": np.where(p > 0.5, "yes", "no"),
            "y": np.where(truth, "yes", "no"),
        }
    )


def read(frame):
    """What the findings claim after each day, and of which data."""
    request = ConnectRequest(
        "m", WANTED, chunk=str(ROWS), reference=("rows-000000", f"rows-{BEFORE - 1:06d}")
    )
    readings = []
    for end in range((BEFORE + 1) * ROWS, len(frame) + 1, ROWS):
        document = monitor_frame(request, Table(frame.head(end), "log.csv")).document
        readings.append((conditions(document), newest_data(document)))
    return readings


def follow(readings, rules):
    """Number of alerts, and of messages about their openings, worsenings and ends."""
    alerts, opened, told, before = [], 0, 0, None
    for day, (now, data) in enumerate(readings):
        moment = START + timedelta(days=day)
        for change in advance(alerts, now, moment, new_data=data != before, rules=rules):
            opened += change.action == "opened"
            # an end is told once the cool-down is over, unless the alert came back in it
            told += change.tell + (change.action == "closed") - (change.action == "reopened")
            alerts = apply(alerts, change, moment)
        before = data
    return opened, told


def apply(alerts, change, moment):
    """The alerts after a change."""
    condition = change.condition
    alert = change.alert or Alert(len(alerts), condition.keys, condition.kinds, condition.severity, "")
    if condition is not None:
        worst = "red" if "red" in {alert.severity, condition.severity} else "amber"
        keys = tuple(dict.fromkeys([*condition.keys, *alert.keys]))
        alert = replace(alert, keys=keys, severity=worst, absent=0)
    if change.action == "absent":
        alert = replace(alert, absent=alert.absent + 1)
    if change.action in {"closed", "merged"}:
        alert = replace(alert, state="closed", closed_at=moment)
    elif change.action == "reopened":
        alert = replace(alert, state="open", closed_at=None)
    return [*(one for one in alerts if one.id != alert.id), alert]


if __name__ == "__main__":
    main()
