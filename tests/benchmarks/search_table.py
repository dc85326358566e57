"""What a search gains, on real sets: `python -m tests.benchmarks.search_table --data FOLDER [--sets a b]`.

Each set is connected with a first champion that learnt from its oldest rows, and searched for some minutes
through the commands. Printed are, on the frozen holdout that nothing learnt from: the champion, its recipe
trained again on the rows of now, and the best finalist of the search (by its score out of fold), with the
verdict of its comparison; and what the search tried. The folder holds Parquet files `NAME.parquet` with the
columns `id`, `label` and, where there is one, `timestamp`. `--peer PYTHON` adds what AutoGluon makes of the
same rows in the same minutes, directly after each search (`search_peer.py` says which environment it needs).
"""

import argparse
import tempfile
from pathlib import Path

from tests.benchmarks import search_peer
from tests.benchmarks.commands import command, compare

SETS = {
    "bike_sharing": ("regression", "2012-01-01"),
    "hotel_bookings": ("binary", "0.2"),
    "elec2": ("binary", "0.4"),
    "steel_load_type": ("multiclass", "0.3"),
    "noaa_weather": ("binary", "0.3"),
    "outdoor_objects": ("multiclass", "0.3"),
}
"""Name -> task and where the first champion's rows end."""
WITHOUT_TIME = ("outdoor_objects",)
"""Their order counts."""


def compared(home, name, version):
    """Metric, champion, challenger and verdict of one version on the holdout."""
    document = compare(home, name, version)
    metric = document["metric"]
    return metric, document["corrected"][metric], document["verdict"]


def row(folder, home, name, minutes, peer):
    """The line of one set."""
    task, until = SETS[name]
    words = ["add", name, "--task", task, "--data", str(folder / f"{name}.parquet"), "--label", "label"]
    when = "none" if name in WITHOUT_TIME else "timestamp"
    command(home, *words, "--id", "id", "--time", when, "--train-until", until)
    command(home, "health", name, "--format", "text")
    search = command(home, "search", name, "--minutes", str(minutes), "--format", "json")
    beside = search_peer.score(peer, home, name, minutes) if peer else None
    again = command(home, "retrain", name, "--no-folds", "--format", "json")["trials"][0]
    metric, same, _ = compared(home, name, again["version"])
    _, best, verdict = compared(home, name, search["trials"][0]["version"])
    searched = search["searched"]
    if beside:
        value, best_model, count = beside
        rival = f" {value:.4g} ({best_model}, of {count}) |"
    else:
        rival = ""
    return (
        f"| {name} | {metric} | {same['champion']:.4g} | {same['challenger']:.4g} | {best['challenger']:.4g} "
        f"({best['low']:+.3g} to {best['high']:+.3g}) | {verdict} | {search['trials'][0]['recipe']} "
        f"| {searched['tried']}, {searched['stopped']} stopped |"
        f"{rival}"
    )


def main():
    """Print the table."""
    reader = argparse.ArgumentParser()
    reader.add_argument("--data", type=Path, required=True)
    reader.add_argument("--sets", nargs="+", default=list(SETS))
    reader.add_argument("--minutes", type=float, default=10.0)
    reader.add_argument("--peer", help="Python of an environment with AutoGluon")
    asked = reader.parse_args()
    titles = (
        "| set | metric | champion | its recipe again | search (bounds of its gain) | verdict | by | tried |"
    )
    titles += " AutoGluon (its best model) |" if asked.peer else ""
    print(titles)
    print("|---" * (titles.count("|") - 1) + "|", flush=True)
    for name in asked.sets:
        with tempfile.TemporaryDirectory() as home:
            print(row(asked.data, Path(home), name, asked.minutes, asked.peer), flush=True)


if __name__ == "__main__":
    main()
