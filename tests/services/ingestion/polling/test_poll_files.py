"""Broken here: a watched folder whose files count twice, half, or never."""

import os
import threading
import time
from datetime import timedelta

import pandas as pd
import pytest

from core.errors import CaretakerError, DataError
from core.services.dataset import rows
from core.services.ingestion import delivery_log, sources
from core.services.ingestion.polling import poll_files
from core.services.ingestion.polling.poll import poll
from core.services.monitoring import monitor
from core.services.operations.history import timeline
from core.store import audit
from core.store.engine import reading
from core.store.ingestion import sources as stored
from core.store.monitoring import profiles
from core.store.types import now
from core.store.workspace import open_workspace
from tests.services.ingestion.test_ingest import connected, csv, month


@pytest.fixture
def shop(tmp_path, monkeypatch):
    monkeypatch.setattr(poll_files, "STILL_SECONDS", 0.0)
    ws, spec = connected(tmp_path / "home")
    drop = tmp_path / "drop"
    drop.mkdir()
    yield ws, spec, drop
    ws.engine.dispose()


def watch(ws, address, kind="predictions", **more):
    return sources.add(ws, "shop", str(address), kind, by="Ada", **more).id


def outcomes(found):
    return sorted((each.name, each.outcome) for each in found)


def test_new_files_are_taken_in_once_and_renamed_ones_are_known(shop):
    ws, spec, drop = shop
    source = watch(ws, drop)
    csv(drop, month(2, 100), "feb.csv")
    [seen] = poll(ws, source)
    assert (seen.outcome, seen.door, seen.source_id, seen.person, seen.rows) == (
        "taken",
        "source",
        source,
        "Ada",
        30,
    )
    assert poll(ws, source) == []
    (drop / "feb.csv").rename(drop / "feb-2.csv")
    assert outcomes(poll(ws, source)) == [("feb-2.csv", "known")]
    os.utime(drop / "feb-2.csv")
    assert poll(ws, source) == []
    (drop / "feb-2.csv").unlink()
    assert poll(ws, source) == []
    assert len(rows(ws, spec)) == 60


def test_a_corrected_file_replaces_its_rows(shop):
    ws, spec, drop = shop
    source = watch(ws, drop / "*.csv")
    csv(drop, month(2, 100), "feb.csv")
    poll(ws, source)
    csv(drop, month(2, 100, x=5.5), "feb.csv")
    [seen] = poll(ws, source)
    assert (seen.outcome, seen.new, seen.replaced) == ("taken", 0, 30)
    assert set(rows(ws, spec, chunks=["2020-02"])["x"]) == {5.5}


def test_a_bad_file_does_not_hold_up_the_good_ones_and_is_told_once(shop):
    ws, _, drop = shop
    source = watch(ws, drop)
    csv(drop, month(2, 100, p=2.0), "bad.csv")
    csv(drop, month(3, 200), "good.csv")
    (drop / "cut.parquet").write_bytes(b"PAR1")
    assert outcomes(poll(ws, source)) == [
        ("bad.csv", "refused"),
        ("cut.parquet", "refused"),
        ("good.csv", "taken"),
    ]
    assert poll(ws, source) == []
    csv(drop, month(2, 100), "bad.csv")
    assert outcomes(poll(ws, source)) == [("bad.csv", "taken")]
    sources.resume(ws, "shop", source, "Ada")
    assert outcomes(poll(ws, source)) == [("cut.parquet", "refused")]


def test_unfinished_files_are_left_alone(shop, monkeypatch):
    ws, _, drop = shop
    source = watch(ws, drop)
    for name in (".hidden.csv", "a.csv.part", "b.csv.TMP", "_SUCCESS", "~c.csv"):
        csv(drop, month(2, 100), name)
    (drop / "empty.csv").touch()
    (drop / "folder.csv").mkdir()
    assert poll(ws, source) == []
    monkeypatch.setattr(poll_files, "STILL_SECONDS", 0.3)
    growing = csv(drop, month(2, 100), "growing.csv")
    more = month(3, 200).to_csv(index=False, header=False)

    def write_on():
        time.sleep(0.1)
        with growing.open("a") as handle:
            handle.write(more)

    writer = threading.Thread(target=write_on)
    writer.start()
    assert poll(ws, source) == []
    writer.join()
    [seen] = poll(ws, source)
    assert seen.rows == 60


def test_labels_that_come_before_their_rows_count_when_those_come(shop):
    ws, spec, drop = shop
    labels, log = drop / "labels", drop / "log"
    labels.mkdir()
    log.mkdir()
    late, source = watch(ws, labels, "labels"), watch(ws, log)
    csv(labels, month(2, 100)[["id", "y"]], "late.csv")
    assert outcomes(poll(ws, late)) == [("late.csv", "taken")]
    assert poll(ws, late) == []
    csv(log, month(2, 100).drop(columns="y"), "feb.csv")
    poll(ws, source)
    assert rows(ws, spec, chunks=["2020-02"])["_label"].notna().all()


def test_late_labels_profile_only_the_chunks_that_they_touch(shop, monkeypatch):
    ws, spec, drop = shop
    source, late = watch(ws, drop / "*.csv"), watch(ws, drop / "*.parquet", "labels")
    for number in range(2, 7):
        csv(drop, month(number, 100 * number).drop(columns="y"), f"{number}.csv")
    poll(ws, source)
    monitor.refresh(ws, "shop")
    with reading(ws.engine) as session:
        before = profiles.fingerprints(session, spec.id)
    counted = []
    count = monitor.profile_chunks
    monkeypatch.setattr(
        monitor, "profile_chunks", lambda *a, **k: counted.extend(k["chunks"]) or count(*a, **k)
    )
    touched = pd.concat([month(3, 300).head(5), month(5, 500).head(1)])[["id", "y"]]
    touched.to_parquet(drop / "late.parquet")
    assert [each.labelled for each in poll(ws, late)] == [6]
    monitor.refresh(ws, "shop")
    assert sorted(counted) == ["2020-03", "2020-05"]
    with reading(ws.engine) as session:
        after = profiles.fingerprints(session, spec.id)
    assert {key for key in after if after[key] != before.get(key)} == {"log/2020-03", "log/2020-05"}


def test_objects_of_a_bucket_are_watched_and_fetched_once(shop, bucket):
    ws, spec, _ = shop
    folder = bucket.root / "data" / "log"
    folder.mkdir(parents=True)
    source = watch(ws, "s3://data/log/")
    csv(folder, month(2, 100), "feb.csv")
    assert outcomes(poll(ws, source)) == [("feb.csv", "taken")]
    fetched = len([line for line in bucket.asked if line.startswith("GET")])
    assert poll(ws, source) == []
    assert len([line for line in bucket.asked if line.startswith("GET")]) == fetched
    csv(folder, month(2, 100, x=5.5), "feb.csv")
    os.utime(folder / "feb.csv", (time.time() + 5, time.time() + 5))
    assert outcomes(poll(ws, source)) == [("feb.csv", "taken")]
    assert set(rows(ws, spec, chunks=["2020-02"])["x"]) == {5.5}


def test_a_source_that_cannot_be_reached_is_looked_at_less_and_less_often(shop):
    ws, _, drop = shop
    source = watch(ws, drop, every_seconds=60)
    drop.rmdir()
    pauses = []
    for _ in range(4):
        with pytest.raises(CaretakerError, match="is not there"):
            poll(ws, source)
        [seen] = sources.list_sources(ws, "shop")
        pauses.append((seen.next_at - seen.polled_at).total_seconds())
    assert pauses == [120, 240, 480, 960]
    assert "drive missing" in seen.message
    drop.mkdir()
    poll(ws, source)
    [seen] = sources.list_sources(ws, "shop")
    assert (seen.message, seen.failures) == ("", 0)
    assert sources.due(ws) == []
    with reading(ws.engine) as session:
        assert [row.id for row in stored.due(session, now() + timedelta(seconds=61))] == [source]


def test_pausing_resuming_removing_and_coming_back(shop):
    ws, spec, drop = shop
    source = watch(ws, drop)
    assert sources.due(ws) == [source]
    csv(drop, month(2, 100), "feb.csv")
    poll(ws, source)
    sources.pause(ws, "shop", source, "Eve")
    assert (sources.due(ws), sources.list_sources(ws, "shop")[0].state) == ([], "paused")
    sources.resume(ws, "shop", source, "Eve")
    assert sources.due(ws) == [source]
    with pytest.raises(DataError, match="a source already"):
        watch(ws, drop)
    sources.remove(ws, "shop", source, "Eve")
    assert (sources.due(ws), sources.list_sources(ws, "shop")) == ([], [])
    with pytest.raises(DataError, match="no source"):
        poll(ws, source)
    assert watch(ws, drop) == source
    assert poll(ws, source) == []
    with reading(ws.engine) as session:
        done = [(row.action, row.person) for row in audit.entries(session, spec.id) if "source" in row.action]
    assert done == [
        ("add source", "Ada"),
        ("remove source", "Eve"),
        ("resume source", "Eve"),
        ("pause source", "Eve"),
        ("add source", "Ada"),
    ]


@pytest.mark.parametrize(
    ("address", "more"),
    [
        ("nowhere/at/all/x.csv", {}),
        ("sql:shop", {}),
        ("sql:shop/orders", {"watermark_column": "id"}),
        (".", {"watermark_column": "id"}),
        (".", {"kind": "rubbish"}),
        (".", {"every_seconds": 1}),
    ],
)
def test_what_cannot_be_watched_is_a_sentence(shop, address, more):
    ws, _, _ = shop
    with pytest.raises(DataError) as caught:
        sources.add(ws, "shop", address, by="Ada", **({"kind": "predictions"} | more))
    assert caught.value.hint


def test_two_pollers_at_once_take_everything_in_once(shop):
    ws, spec, drop = shop
    source = watch(ws, drop)
    for number in range(2, 8):
        csv(drop, month(number, 100 * number), f"{number}.csv")
    others = [open_workspace(ws.settings) for _ in range(2)]
    found = []
    threads = [threading.Thread(target=lambda ws=ws: found.extend(poll(ws, source))) for ws in others]
    [each.start() for each in threads]
    [each.join() for each in threads]
    [other.engine.dispose() for other in others]
    assert [each.outcome for each in found] == ["taken"] * 6
    assert len(delivery_log.list_deliveries(ws, "shop")) == 7
    assert len(rows(ws, spec)) == 7 * 30


def test_who_added_and_removed_a_source_is_part_of_the_history(shop):
    ws, _, drop = shop
    source = watch(ws, drop)
    sources.remove(ws, "shop", source, "Eve")
    told = timeline(ws, "shop").query("kind == 'source'")
    assert told["sentence"].tolist() == [f"Data come from {drop}/*", f"Data no longer come from {drop}/*"]
    assert told["person"].tolist() == ["Ada", "Eve"]
