"""Is only what is better promoted? `python -m tests.benchmarks.controls --data DIR [--minutes N] [NAME ...]`.

By the commands alone, on the real sets of `stories.py`, in homes of their own. Prints a line for each control
with what must be and what was said; exit code 1 where one of them fails.

- `noaa_weather`: hardly changes; the recipe trained again is no better than a champion of the first twenty
  years. (One of the first ten has too few rows: there, training again is rightly better.)
- `null`: on the same set, from the rows that the champion learnt from: the recipe on labels in random order,
  and twenty times the recipe with other seeds. None is better, none can be promoted as such. The log comes in
  four parts, each of which brings a fresh holdout: one holdout takes seven looks.
- `hotel_bookings`, `elec2`, `steel_load_type`: the recipe trained again is better, and is promoted. It is
  trained after each month of an alarm, on the rows until then, until one is.
- `bike_sharing`: grows; a search of three minutes (`--minutes`) finds a trend in time, and is promoted.
"""

import argparse
import json
import sys
import tempfile
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pandas as pd

from core.training.comparison.holdout_budget import looks_at_most
from tests.benchmarks.commands import CommandError, command, compare
from tests.benchmarks.stories import STORIES, connecting_words

EQUALS = 20
LOOKS = looks_at_most()
TWENTY_YEARS = "1970-01-01"
PARTS = ("1977-01-01", "1984-01-01", "1992-01-01", None)
"""Ends of the parts of the log of `null`; each brings more rows than the holdout before it has."""
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

    def __init__(self, folder, data, name, *words, recipe=None, trained=None, until=None):
        self.folder = folder
        [story] = [story for story in STORIES if story.name == name]
        story = replace(story, train_until=trained or story.train_until)
        self.name, self.time = name, story.columns.time
        self.rows = pd.read_parquet(data / f"{story.file or name}.parquet")
        self("add", "--data", self.write(None, until), *connecting_words(story, recipe), *words)
        self.health = self("health", "--format", "json")

    def write(self, since, until):
        """The path of a file of the rows between two days."""
        days, path = self.rows[self.time], self.folder / f"until {until}.parquet"
        inside = (days >= since if since else days.notna()) & (days < until if until else days.notna())
        self.rows[inside].to_parquet(path)
        return str(path)

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


def unchanged(data, folder, _minutes):
    """A line of the set that hardly changes, trained again."""
    home = Home(folder, data, "noaa_weather", trained=TWENTY_YEARS)
    document = home.compare(home.train()[0])
    yield (
        f"noaa_weather, champion before {TWENTY_YEARS}, trained again",
        "not better",
        told(document),
        document["verdict"] != BETTER,
    )


def null(data, folder, _minutes):
    """Lines of the challengers that cannot be better."""
    home = Home(folder, data, "noaa_weather", recipe="extra_trees", until=PARTS[0])
    seat(home)
    [shuffled] = home.train("entry:shuffled")
    document = home.compare(shuffled)
    fine = document["verdict"] != BETTER and not home.promote(shuffled)
    yield "labels shuffled", "not better, promotion refused", told(document), fine
    verdicts, looks = [], 2
    for since, until in pairwise((None, *PARTS)):
        if since:
            home("ingest", home.write(since, until))
            seat(home)
            looks = 1
        count = min(EQUALS - len(verdicts), LOOKS - looks)
        names = (f"entry:equal_{len(verdicts) + n + 1}" for n in range(count))
        verdicts += [home.compare(version)["verdict"] for version in home.train(*names)]
    counts = ", ".join(f"{verdicts.count(one)} {one}" for one in dict.fromkeys(verdicts))
    yield f"{EQUALS} equal ones", "none better", counts, BETTER not in verdicts


def seat(home):
    """Put the recipe of the equal ones into production, on the rows of now: one look at the holdout."""
    [champion] = home.train("entry:equal_0")
    home.compare(champion)
    home.promote(champion) or home.promote(champion, "--override", "other")


def days_of_alarm(data, folder, name):
    """The day after each month of an alarm."""
    chunks = Home(folder, data, name).health["chunks"]
    last = [chunk["end"] for chunk in chunks if chunk["alarm"] and chunk["alarm"]["on"]]
    return [str((pd.Timestamp(end) + pd.Timedelta(1, "D")).date()) for end in last]


def trained_again(data, folder, name, day):
    """The comparison of the recipe on the rows until a day, and whether it is better and was promoted."""
    folder.mkdir()
    home = Home(folder, data, name, "--as-of", day, until=day)
    [version] = home.train()
    document = home.compare(version)
    return document, document["verdict"] == BETTER and home.promote(version)


def changed(name):
    """The control of a set on which training again helps."""

    def lines(data, folder, _minutes):
        for month, day in enumerate(days_of_alarm(data, folder, name), 1):
            document, fine = trained_again(data, folder / day, name, day)
            control = f"{name}, trained again on {day}, month {month} of the alarm"
            if fine:
                break
        yield control, "better, promoted", told(document), fine

    return lines


def repaired(data, folder, minutes):
    """The line of the set that grows, searched for some minutes."""
    home = Home(folder, data, "bike_sharing")
    best = home("search", "--minutes", f"{minutes:g}", "--format", "json")["trials"][0]["version"]
    document = home.compare(best)
    fine = document["verdict"] == BETTER and home.promote(best)
    yield f"bike_sharing, searched {minutes:g} minutes", "better, promoted", told(document), fine


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
    reader.add_argument("--minutes", type=float, default=3.0, help="of the search of bike_sharing")
    reader.add_argument("names", nargs="*", choices=[*CONTROLS, []])
    asked = reader.parse_args()
    failed = 0
    print("| control | must be | what was said | |\n|---|---|---|---|", flush=True)
    for name in asked.names or CONTROLS:
        with tempfile.TemporaryDirectory() as home:
            for control, must, said, fine in CONTROLS[name](asked.data, Path(home), asked.minutes):
                failed += not fine
                print(f"| {control} | {must} | {said} | {'yes' if fine else '**no**'} |", flush=True)
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
