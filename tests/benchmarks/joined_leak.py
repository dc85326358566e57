"""How much one column alone says of the label: `python -m tests.benchmarks.joined_leak --data FOLDER`.

For each set: the honest column that alone explains most, and copies of the label of which one row in twenty,
and one in ten, is wrong. What lies above `LeakRules.most_of_gap` is left out of a joined source. The folder
holds `NAME.parquet` with the columns `id`, `label` and, where there is one, `timestamp`.
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

from core.training.features import as_number
from core.training.joined.leak_guard import RULES, alone
from core.training.recipes import feature_table

SETS = ("bike_sharing", "hotel_bookings", "elec2", "steel_load_type", "noaa_weather")
BESIDE = {
    "id", "label", "timestamp", "arrival_date", "label_available_at",
    "country", "booking_changes", "required_car_parking_spaces", "adr", "days_in_waiting_list",
}  # fmt: skip
"""No input, or recorded partly after the booking."""
WRONG = (0.05, 0.1)


def copy_of(label, share, rng):
    """The label, of a share of the rows that of another row."""
    other = rng.permutation(len(label))
    return label.where(rng.random(len(label)) >= share, label.iloc[other].to_numpy())


def row(folder, name):
    """The line of one set."""
    rng = np.random.default_rng(0)
    table = pd.read_parquet(folder / f"{name}.parquet").tail(RULES.most_rows).reset_index(drop=True)
    classes = not pd.api.types.is_float_dtype(table["label"]) and table["label"].nunique() < 50
    label = table["label"].astype(str if classes else float)
    X = table.drop(columns=[one for one in BESIDE if one in table])
    numeric = feature_table(X).numeric
    columns = {one: as_number(X[one]) if one in numeric else X[one].astype(object) for one in X.columns}
    explained = {one: alone(column, label.to_numpy(), classes=classes) for one, column in columns.items()}
    best = max(explained, key=explained.get)
    copies = [alone(copy_of(label, share, rng), label.to_numpy(), classes=classes) for share in WRONG]
    return f"| {name} | {best} | {explained[best]:.2f} | {copies[0]:.2f} | {copies[1]:.2f} |"


def main():
    """Print the table."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--data", type=Path, required=True)
    reader.add_argument("--sets", nargs="+", default=list(SETS))
    asked = reader.parse_args()
    print("| set | honest column | explains | copy, 5 % wrong | copy, 10 % wrong |\n|---|---|---|---|---|")
    for name in asked.sets:
        print(row(asked.data, name), flush=True)


if __name__ == "__main__":
    main()
