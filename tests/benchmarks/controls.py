"""Is only what is better promoted? `python -m tests.benchmarks.controls --data DIR [NAME ...]`.

By the commands alone, on the real sets of `stories.py`, in homes of their own. Prints a line for each control
with what must be and what was said; exit code 1 where one of them fails.

- `noaa_weather`: hardly changes; the recipe trained again is no better than a champion of the first twenty
  years. (One of the first ten has too few rows: there, training again is rightly better.)
- `shuffled`, `equal`: on the same set, from the rows that the champion learnt from: the recipe on labels in
  random order, and twenty times the recipe with other seeds. None is better, none can be promoted as such.
- `hotel_bookings`, `elec2`, `steel_load_type`: the recipe trained again is better, and is promoted. Two of
  them are asked on a day after the fall: in the last months of their logs the old relation has come back, and
  training again is rightly worse.
- `bike_sharing`: grows; a search of ten minutes finds the newest rows or a trend, and is promoted.
"""

import argparse
import json
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import pandas as pd

from tests.benchmarks.commands import CommandError, command, compare
from tests.benchmarks.stories import STORIES, connecting_words

EQUALS = 20
TWENTY_YEARS = "1970-01-01"
DAYS = {"elec2": "1998-04-01", "steel_load_type": "2018-08-01"}
"""Set -> the day on which it is asked, after a fall; without one, the end of its log."""
BETTER = "better"
MODULE = "tests.benchmarks.control_estimators"
WHY = "Evidence of the holdout, for the table of controls"
OWN = {
    "CARETAKER_ESTIMATORS": json.dumps(
        {name: f"{MODULE}:{name}" for name in ("shuffled", *(f"equal_{n}" for n in range(EQUALS + 1)))}
    ),
    "CARETAKER_TRUSTED_MODEL_TYPES": json.dumps([f"{MODULE}."]),
}


class Home:
    """A home in which one model of a story is connected."""

    def __init__(self, folder, data, name, recipe=None, trained=None):
        self.folder = folder
        [story] = [story for story in STORIES if story.name == name]
        story = replace(story, train_until=trained or story.train_until)
        self.name = name
        frame = pd.read_parquet(data / f"{story.file or name}.parquet")
        words = connecting_words(story, recipe)
        if day := DAYS.get(name):
            frame, words = frame[frame[story.columns.time] < day], [*words, "--as-of", day]
        frame.to_parquet(folder / "log.parquet")
        self("add", "--data", str(folder / "log.parquet"), *words)
        self("health", "--format", "text")

    def __call__(self, verb, *words):
        """The document of a command about the model."""
        return command(self.folder, verb, self.name, *words, **OWN)

    def train(self, *recipes):
        """The versions of these recipes, trained on the rows of now; of the champion's without any."""
        words = [word for recipe in recipes for word in ("--recipe", recipe)]
        return [
            trial["version"] for trial in self("retrain", "--no-folds", *words, "--format", "json")["trials"]
        ]

    def compare(self, version):
        """The document of its comparison with the champion."""
        return compare(self.folder, self.name, version, **OWN)

    def promote(self, version, *words):
        """Whether it went into production."""
        try:
            self("promote", version, "--reason", WHY, *words)
        except CommandError:
            return False
        return True


def told(document):
    """Metric, champion and challenger, bounds of the gain, verdict."""
    metric = document["metric"]
    numbers = document["corrected"][metric]
    values = " -> ".join(f"{numbers[name]:.4g}" for name in ("champion", "challenger"))
    return f"{metric} {values} ({numbers['low']:+.3g} to {numbers['high']:+.3g}), {document['verdict']}"


def unchanged(data, folder):
    """A line of the set that hardly changes, trained again."""
    home = Home(folder, data, "noaa_weather", trained=TWENTY_YEARS)
    document = home.compare(home.train()[0])
    yield (
        f"noaa_weather, champion before {TWENTY_YEARS}, trained again",
        "not better",
        told(document),
        document["verdict"] != BETTER,
    )


def null(data, folder):
    """Lines of the challengers that cannot be better."""
    home = Home(folder, data, "noaa_weather", recipe="extra_trees")
    [champion] = home.train("entry:equal_0")
    home.compare(champion)
    home.promote(champion) or home.promote(champion, "--override", "other")
    [shuffled] = home.train("entry:shuffled")
    document = home.compare(shuffled)
    fine = document["verdict"] != BETTER and not home.promote(shuffled)
    yield "labels shuffled", "not better, promotion refused", told(document), fine
    verdicts = [verdict(home, v) for v in home.train(*(f"entry:equal_{n + 1}" for n in range(EQUALS)))]
    counts = ", ".join(f"{verdicts.count(one)} {one}" for one in dict.fromkeys(verdicts))
    yield f"{EQUALS} equal ones", "none better", counts, BETTER not in verdicts


def verdict(home, version):
    """Of one version; `refused` where the holdout is used up."""
    try:
        return home.compare(version)["verdict"]
    except CommandError as error:
        if "freshen" not in str(error):
            raise
        return "refused: the holdout is used up"


def changed(name):
    """The control of a set on which training again helps."""

    def control(data, folder):
        home = Home(folder, data, name)
        [version] = home.train()
        document = home.compare(version)
        fine = document["verdict"] == BETTER and home.promote(version)
        day = f" ({DAYS[name]})" if name in DAYS else ""
        yield f"{name}{day}, trained again", "better, promoted", told(document), fine

    return control


def repaired(data, folder, minutes=10):
    """The line of the set that grows, searched."""
    home = Home(folder, data, "bike_sharing")
    trials = home("search", "--minutes", str(minutes), "--format", "json")["trials"]
    document = home.compare(trials[0]["version"])
    fine = document["verdict"] == BETTER and home.promote(trials[0]["version"])
    yield f"bike_sharing, searched {minutes} minutes", "better, promoted", told(document), fine


CONTROLS = {
    "noaa_weather": unchanged,
    "null": null,
    "hotel_bookings": changed("hotel_bookings"),
    "elec2": changed("elec2"),
    "steel_load_type": changed("steel_load_type"),
    "bike_sharing": repaired,
}


def main():
    """Print the table; 1 where a control fails."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--data", type=Path, required=True)
    reader.add_argument("names", nargs="*", choices=[*CONTROLS, []])
    asked = reader.parse_args()
    failed = 0
    print("| control | must be | what was said | |\n|---|---|---|---|", flush=True)
    for name in asked.names or CONTROLS:
        with tempfile.TemporaryDirectory() as home:
            for control, must, said, fine in CONTROLS[name](asked.data, Path(home)):
                failed += not fine
                print(f"| {control} | {must} | {said} | {'yes' if fine else '**no**'} |", flush=True)
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
