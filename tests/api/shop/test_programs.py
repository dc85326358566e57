"""Broken here: what programs send is lost, comes in twice, or is refused without a reason."""

import gzip

import numpy as np
import pytest

from core.services.dataset import rows
from core.services.ingestion import delivery_log
from tests.api.shop.sales import BODIES, LABELS, PREDICTIONS, csv, parquet, sales, spec


@pytest.mark.parametrize("what", BODIES)
@pytest.mark.parametrize("packed", [False, True])
def test_rows_come_in_whatever_they_are_written_in(what, packed, ws, jobs, send, client, secret):
    kind, write = BODIES[what]
    body, more = write(sales(100)), {}
    if packed:
        body, more = gzip.compress(body[:50]) + gzip.compress(body[50:]), {"content-encoding": "gzip"}
    answer = send(body, kind, **more)
    assert answer.status_code == 202, answer.text
    said = answer.json()
    assert (said["rows"], said["state"]) == (30, "queued")
    jobs.work(ws.settings)
    seen = client.get(said["status"], headers={"authorization": f"Bearer {secret}"}).json()
    assert (seen["state"], seen["rows"], seen["new"], seen["labelled"]) == ("taken", 30, 30, 30)
    frame = rows(ws, spec(ws), chunks=["2020-02"])
    assert frame["_id"].tolist() == [str(i) for i in range(100, 130)]
    np.testing.assert_allclose(frame["x"], sales(100)["x"])
    assert not list(ws.settings.run.glob("deliveries/*/*"))


def test_the_same_body_is_taken_in_once(ws, jobs, send):
    first = send(csv(sales(100)))
    again = send(csv(sales(100)))
    assert (first.status_code, again.status_code) == (202, 200)
    assert again.json()["batch"] == first.json()["batch"]
    assert again.json()["state"] == "queued"
    jobs.work(ws.settings)
    third = send(gzip.compress(csv(sales(100))), **{"content-encoding": "gzip"})
    assert (third.status_code, third.json()["state"], third.json()["rows"]) == (200, "taken", 30)
    assert len(jobs.jobs) == 1
    assert len(rows(ws, spec(ws), chunks=["2020-02"])) == 30


def test_the_same_rows_in_other_bytes_are_known(ws, jobs, send, client, secret):
    send(csv(sales(100)))
    other = send(parquet(sales(100)), "application/parquet")
    assert other.status_code == 202
    jobs.work(ws.settings)
    seen = client.get(other.json()["status"], headers={"authorization": f"Bearer {secret}"}).json()
    assert seen["state"] == "known"
    assert [job.state for job in jobs.jobs.values()] == ["done", "done"]
    assert len(rows(ws, spec(ws), chunks=["2020-02"])) == 30


def test_eight_programs_that_send_the_same_body_at_once_make_one_job(ws, jobs, client, secret):
    headers = {"content-type": "text/csv", "authorization": f"Bearer {secret}"}
    answers = client.together(8, "POST", PREDICTIONS, content=csv(sales(100)), headers=headers)
    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [202]
    assert len({answer.json()["batch"] for answer in answers}) == 1
    assert len(jobs.jobs) == 1
    jobs.work(ws.settings)
    assert len(rows(ws, spec(ws), chunks=["2020-02"])) == 30
    assert not list(ws.settings.run.glob("deliveries/halves/*"))


def test_labels_sent_before_their_rows_wait_for_them(ws, jobs, send, client, secret):
    late = csv(sales(100)[["id", "y"]])
    early = send(late, path=LABELS)
    assert early.status_code == 202
    jobs.work(ws.settings)
    seen = client.get(early.json()["status"], headers={"authorization": f"Bearer {secret}"}).json()
    assert (seen["state"], seen["labelled"], seen["message"]) == ("taken", 30, "")
    send(csv(sales(100).drop(columns="y")))
    jobs.work(ws.settings)
    assert rows(ws, spec(ws), chunks=["2020-02"])["_label"].notna().all()


def test_wrong_cells_are_told_with_column_and_row_and_nothing_is_kept(ws, jobs, send):
    frame = sales(100).astype({"x": object})
    frame.loc[6:36, "x"] = "many"
    answer = send(csv(frame))
    assert answer.status_code == 422
    said = answer.json()
    assert (said["column"], said["row"]) == ("x", 7)
    assert "'many' is not a number" in said["message"]
    assert said["hint"]
    assert jobs.jobs == {}
    assert not list(ws.settings.run.glob("deliveries/*/*"))
    assert said["message"].startswith("predictions.csv: ")
    [line] = [each for each in delivery_log.list_deliveries(ws, "shop") if each.door == "http"]
    assert (line.outcome, line.person, line.name) == ("refused", "token service", "predictions.csv")
    assert send(csv(sales(100).drop(columns="x"))).json()["column"] == "x"


BAD = {
    "nothing": (b"", "text/csv", {}, 422),
    "no type": (b"id\n1\n", "", {}, 415),
    "another type": (b"id\n1\n", "text/html", {}, 415),
    "another charset": (b"id\n1\n", "text/csv; charset=latin-1", {}, 415),
    "another packing": (b"id\n1\n", "text/csv", {"content-encoding": "br"}, 415),
    "not packed": (b"id\n1\n", "text/csv", {"content-encoding": "gzip"}, 422),
    "cut off": (gzip.compress(b"id\n1\n" * 999)[:-9], "text/csv", {"content-encoding": "gzip"}, 422),
    "only a header": (b"id,day,x,p\n", "text/csv", {}, 422),
    "not UTF-8": (b"id,day,x,p\n\xff,1,1,1\n", "text/csv", {}, 422),
    "not JSON": (b"[{", "application/json", {}, 422),
    "a number": (b"1", "application/json", {}, 422),
    "an object": (b'{"id": 1}', "application/json", {}, 422),
    "rows and more": (b'{"rows": [], "x": 1}', "application/json", {}, 422),
    "rows of lists": (b"[[1]]", "application/json", {}, 422),
    "something after": (b'[{"id": 1}] 2', "application/json", {}, 422),
    "no rows": (b"[]", "application/json", {}, 422),
    "JSON in latin-1": (b'[{"id": "\xfc"}]', "application/json", {}, 422),
    "nested": (b'[{"id": ' + b"[" * 90_000, "application/json", {}, 422),
    "nested lines": (b'{"id": ' + b"[" * 90_000, "application/x-ndjson", {}, 422),
    "a number of many digits": (b'[{"id": ' + b"1" * 9_000 + b"}]", "application/json", {}, 422),
    "half a Parquet file": (parquet(sales(0))[:-9], "application/parquet", {}, 422),
    "too large": (b"x" * 1_000_001, "text/csv", {}, 413),
    "too large unpacked": (gzip.compress(b"x" * 1_000_001), "text/csv", {"content-encoding": "gzip"}, 413),
}


@pytest.mark.parametrize("what", BAD)
def test_a_bad_body_is_refused_kindly_and_leaves_nothing(what, ws, jobs, send):
    body, kind, more, status = BAD[what]
    answer = send(body, kind, **more)
    assert answer.status_code == status, answer.text
    assert answer.json()["message"]
    assert answer.json()["hint"]
    assert "Traceback" not in answer.text
    assert jobs.jobs == {}
    assert not list(ws.settings.run.glob("deliveries/*/*"))


def test_a_body_of_unknown_length_is_cut_at_the_limit(ws, client, secret, jobs):
    async def endless():
        for _ in range(100):
            yield b"x" * 100_000

    headers = {"content-type": "text/csv", "authorization": f"Bearer {secret}"}
    assert client.post(PREDICTIONS, content=endless(), headers=headers).status_code == 413
    assert not list(ws.settings.run.glob("deliveries/halves/*"))
