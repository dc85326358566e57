"""The rows of the two demo models, from the files in data/demo (their README tells where they come from)."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from core.errors import DataError
from core.lake.remotes.sources import read_file
from core.lake.write import write_plain
from core.settings import PROJECT
from core.tables.table import Table

FOLDER = PROJECT / "data" / "demo"
AS_OF = "2017-08-15"
TRAIN_UNTIL = "2015-12-01"
FLIPPED_SHARE = 0.05
SEED = 20151201
OTHER = {"kept": "canceled", "canceled": "kept"}


@dataclass(frozen=True, slots=True)
class Hotel:
    """The bookings as they would have arrived.

    Attributes:
        training: arrivals before `TRAIN_UNTIL`, a share of their labels flipped.
        months: later arrivals, a table for each month; labels only where they were known at `AS_OF`.
        injected: id, true_label and given_label of the flipped rows.
    """

    training: Table
    months: tuple[Table, ...]
    injected: pd.DataFrame


def hotel() -> Hotel:
    """What the booking system knew at `AS_OF`."""
    moment = pd.Timestamp(AS_OF)
    bookings = hotel_bookings()
    bookings = bookings[bookings["timestamp"] <= moment].sort_values("arrival_date", kind="stable")
    unknown = bookings["label_available_at"] > moment
    bookings["label"] = bookings["label"].mask(unknown, None)
    bookings["label_available_at"] = bookings["label_available_at"].mask(unknown)
    early = bookings["arrival_date"] < pd.Timestamp(TRAIN_UNTIL)
    training, injected = _flip(bookings[early].reset_index(drop=True))
    log = bookings[~early]
    months = tuple(
        Table(rows.reset_index(drop=True), f"hotel bookings {month}")
        for month, rows in log.groupby(log["arrival_date"].dt.strftime("%Y-%m"))
    )
    return Hotel(Table(training, "hotel bookings until 2015-11"), months, injected)


def hotel_bookings() -> pd.DataFrame:
    """The bookings as they lie in the file, every label known and none flipped.

    Raises:
        DataError: the data did not come with this installation.
    """
    require_data()
    return read_file(FOLDER / "demo_hotel_bookings.parquet")


def is_there() -> bool:
    """Whether the data of the demo came with this Caretaker: an installed package has not."""
    return FOLDER.is_dir()


def require_data() -> None:
    """Refuse to begin without them.

    Raises:
        DataError: says where they are.
    """
    if not is_there():
        raise DataError(
            f"The data of the demo did not come with this installation ({FOLDER} is not there).",
            "Run the demo in a checkout of Caretaker, or connect your own data: `python -m core add --help`.",
        )


def digits() -> Table:
    """The images in the order of the file."""
    require_data()
    return Table(read_file(FOLDER / "demo_mnist_1000.parquet"), "handwritten digits")


def digit_verdicts() -> pd.DataFrame:
    """What people said of 100 of the digits: for checks only, the product never reads it."""
    return pd.read_parquet(FOLDER / "demo_mnist_verdicts.parquet")


def write_injected(injected: pd.DataFrame, home: Path) -> Path:
    """Keep the corruption in a file of its own, so that nobody takes it for real."""
    path = home / "demo" / "injected_labels.parquet"
    write_plain(path, injected)
    return path


def _flip(training: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    rng = np.random.default_rng(SEED)
    flipped = np.sort(rng.choice(len(training), round(FLIPPED_SHARE * len(training)), replace=False))
    true = training["label"].iloc[flipped]
    injected = pd.DataFrame(
        {
            "id": training["id"].iloc[flipped].astype(str),
            "true_label": true,
            "given_label": true.map(OTHER),
        }
    )
    corrupted = training.copy()
    corrupted.loc[flipped, "label"] = injected["given_label"]
    return corrupted, injected.reset_index(drop=True)
