"""What a search gains, on real sets: `python -m tests.benchmarks.search_table --data FOLDER [--sets a b]`.

Each set is connected with a first champion that learnt from its oldest rows, and searched for some minutes
through the commands. Printed are, on the frozen holdout that nothing learnt from: the champion, its recipe
trained again on the rows of now, and the best finalist of the search (by its score out of fold), with the
verdict of its comparison; and what the search tried. The folder holds Parquet files `NAME.parquet` with the
columns `id`, `label` and, where there is one, `timestamp`.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

SETS = {
    "bike_sharing": ("regression", "2012-01-01"),
    "hotel_bookings": ("binary", "0.2"),
    "elec2": ("binary", "0.4"),
    "steel_load_type": ("multiclass", "0.3"),
    "noaa_weather": ("binary", "0.3"),
}
"""Name -> task and where the first champion's rows end."""
RED = 3
"""How `health` ends for a model that got worse, as most of these do."""


def command(home, *words):
    """The JSON document of a command, or nothing where it prints none."""
    made = subprocess.run(
        [sys.executable, "-m", "core", *words],
        env={**os.environ, "CARETAKER_HOME": str(home), "OMP_WAIT_POLICY": "PASSIVE"},
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode not in {0, RED}:
        raise SystemExit(f"{' '.join(words)}: {made.stderr.strip()[-600:]}")
    return json.loads(made.stdout) if "json" in words else None


def compared(home, name, version):
    """Metric, champion, challenger and verdict of one version on the holdout."""
    document = command(home, "compare", name, "--challenger", version, "--format", "json")
    metric = document["metric"]
    return metric, document["corrected"][metric], document["verdict"]


def row(folder, home, name, minutes):
    """The line of one set."""
    task, until = SETS[name]
    words = ["add", name, "--task", task, "--data", str(folder / f"{name}.parquet"), "--label", "label"]
    command(home, *words, "--id", "id", "--time", "timestamp", "--train-until", until)
    command(home, "health", name, "--format", "text")
    search = command(home, "search", name, "--minutes", str(minutes), "--format", "json")
    again = command(home, "retrain", name, "--no-folds", "--format", "json")["trials"][0]
    metric, same, _ = compared(home, name, again["version"])
    _, best, verdict = compared(home, name, search["trials"][0]["version"])
    searched = search["searched"]
    return (
        f"| {name} | {metric} | {same['champion']:.4g} | {same['challenger']:.4g} | {best['challenger']:.4g} "
        f"({best['low']:+.3g} to {best['high']:+.3g}) | {verdict} | {search['trials'][0]['recipe']} "
        f"| {searched['tried']}, {searched['stopped']} stopped |"
    )


def main():
    """Print the table."""
    reader = argparse.ArgumentParser()
    reader.add_argument("--data", type=Path, required=True)
    reader.add_argument("--sets", nargs="+", default=list(SETS))
    reader.add_argument("--minutes", type=float, default=10.0)
    asked = reader.parse_args()
    print(
        "| set | metric | champion | its recipe again | search (gain, 90 % or wider) | verdict | by | tried |"
    )
    print("|---|---|---|---|---|---|---|---|", flush=True)
    for name in asked.sets:
        with tempfile.TemporaryDirectory() as home:
            print(row(asked.data, Path(home), name, asked.minutes), flush=True)


if __name__ == "__main__":
    main()
