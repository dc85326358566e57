"""Broken here: a file ends in a crash, in half an import, or in rows that nobody sent."""

import gzip
import os

import numpy as np
import pandas as pd
import pytest

from core.errors import DataError, UnreadableFile
from core.lake.readers import limits
from core.lake.remotes.sources import read_table
from core.services.dataset import rows
from core.services.ingestion.ingest import ingest
from tests.services.fuzz_files import KINDS, home, made, matches, written
from tests.services.ingestion.test_ingest import dump

CHECKED = 2
"""Files of each kind; `python -m tests.benchmarks.fuzz` sends thousands."""


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fuzz")
    ws, spec = home(folder / "home")
    yield ws, spec, folder
    ws.engine.dispose()


@pytest.mark.parametrize("number", range(CHECKED))
@pytest.mark.parametrize("kind", KINDS)
def test_every_file_is_refused_with_a_hint_or_imported_as_it_is_but_for_rows_that_are_listed(
    shop, kind, number
):
    ws, spec, folder = shop
    file = made(kind, 2026, number)
    path = written(file, folder)
    before, count = dump(ws), len(rows(ws, spec, columns=[]))
    refused = None
    try:
        [report] = ingest(ws, "shop", [path])
    except DataError as error:
        refused = error
    if refused is None and report.left_out.rows:
        assert not file.must, report.left_out.message
        assert len(rows(ws, spec, columns=[])) == count + report.rows
        assert len(report.left_out.listed) == report.left_out.rows
    elif refused is None:
        assert file.expected is not None, "it was imported"
        assert matches(file.expected, rows(ws, spec).iloc[count:]) is None
    else:
        assert refused.message
        assert refused.hint
        assert dump(ws) == before
        assert not file.must, str(refused)


def test_a_file_of_two_gigabytes_is_refused_unread(tmp_path):
    path = tmp_path / "cell.csv"
    with path.open("wb") as handle:
        handle.write(b"id,day\n1,")
        os.truncate(path, 2 << 30)
    with pytest.raises(UnreadableFile, match=r"cell\.csv holds more than 1,024 MB") as caught:
        read_table(path)
    assert "Split it" in caught.value.hint


def test_a_gzip_file_that_unfolds_beyond_the_limit_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("core.lake.readers.text.LARGEST_TEXT", 1000)
    path = tmp_path / "bomb.csv.gz"
    path.write_bytes(gzip.compress(b"id\n" + b"0\n" * 100_000))
    with pytest.raises(UnreadableFile, match="holds more than"):
        read_table(path)
    assert limits.LARGEST_TEXT > 1000


def test_a_cell_that_changed_on_its_way_is_told():
    """Else the comparison above would prove nothing."""
    file = made("values of texts", 2026, 0)
    sent = file.expected
    stored = {
        "_id": sent["id"],
        "_time": pd.to_datetime(sent["day"]),
        "_score_1": sent["p"],
        "_label": sent["y"],
    }
    stored |= {name: sent[name] for name in ("x", "n", "price", "town")}
    stored |= {"flag": sent["flag"].map({True: "true", False: "false"})}
    frame = pd.DataFrame(stored)
    assert matches(sent, frame) is None
    for name in stored:
        changed = frame.astype({name: object})
        changed.loc[7, name] = {"_time": sent["day"][8] + " 01:00", "_label": "maybe"}.get(name, "other")
        if name in {"x", "n", "price", "_score_1"}:
            changed.loc[7, name] = np.nextafter(float(frame.loc[7, name]), np.inf)
        assert "row 8" in (matches(sent, changed) or ""), name
