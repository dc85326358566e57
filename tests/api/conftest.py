"""A small model with rows in the lake, items in the queue, and the routes in front of it."""

import asyncio
from dataclasses import replace

import httpx
import pytest

from core.access import LOCAL
from core.api.routes import doors
from core.errors import CaretakerError
from core.jobs import client as client_of_jobs
from core.jobs import foreground
from core.jobs.job import from_json, to_json
from core.jobs.spec import quiet
from core.jobs.status import JobStatus
from core.services.annotation import labeller_grants
from core.services.jobs import JOBS
from core.store import models
from core.store.engine import reading
from core.store.types import now
from tests.seed import digits


class Client:
    """Sends requests straight into the app, as a server would."""

    def __init__(self, app, host="testserver"):
        self.transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        self.url = f"http://{host}"

    def get(self, path, **how):
        """Send a GET."""
        return self.request("GET", path, **how)

    def post(self, path, **how):
        """Send a POST."""
        return self.request("POST", path, **how)

    def request(self, method, path, **how):
        """Send it and wait for the answer."""
        return self.together(1, method, path, **how)[0]

    def together(self, times, method, path, **how):
        """Send the same request several times at once."""

        async def send():
            async with httpx.AsyncClient(transport=self.transport, base_url=self.url) as client:
                return await asyncio.gather(*(client.request(method, path, **how) for _ in range(times)))

        return asyncio.run(send())


@pytest.fixture
def ws(tmp_path):
    ws = digits(tmp_path, 30)
    yield ws
    ws.engine.dispose()


@pytest.fixture
def client(ws):
    return Client(doors(lambda: ws))


class Jobs:
    """The line of jobs in memory, for a home without a worker: like the real one, an id is used once."""

    def __init__(self):
        self.jobs = {}

    def submit(self, _settings, job, *, job_id):
        """Put a job in line."""
        kind, args = job.declaration.name, to_json(job)
        self.jobs.setdefault(job_id, JobStatus(job_id, kind, "queued", 0.0, "", None, None, None, None, args))
        return job_id

    def begun_with(self, _settings, prefix):
        """The jobs whose id begins so."""
        return [job for name, job in self.jobs.items() if name.startswith(prefix)]

    def work(self, settings):
        """Do what waits, as a worker would."""
        for name, job in list(self.jobs.items()):
            if job.state == "queued":
                try:
                    done = foreground.run(settings, from_json(JOBS[job.kind], job.args), quiet)
                    self.jobs[name] = replace(job, state="done", result=done)
                except CaretakerError as error:
                    said = {"message": error.message, "hint": error.hint}
                    self.jobs[name] = replace(job, state="failed", error=said)


@pytest.fixture
def jobs(monkeypatch):
    jobs = Jobs()
    monkeypatch.setattr(client_of_jobs, "submit", jobs.submit)
    monkeypatch.setattr(client_of_jobs, "jobs_with_prefix", jobs.begun_with)
    return jobs


@pytest.fixture
def token(ws):
    return labeller_grants.issue(ws.settings, LOCAL, "digits", now())


@pytest.fixture
def model_id(ws):
    with reading(ws.engine) as session:
        return models.spec(session, "digits").id
