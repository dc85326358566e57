"""Broken here: a rollback that is repeated because its process was killed goes back one version too far."""

from contextlib import contextmanager
from types import SimpleNamespace

import pytest

from core.cli import work
from core.cli.production import deploy
from core.services.deployment import promote


@pytest.fixture
def jobs(monkeypatch):
    """The jobs that are done, in a home whose champion is version 2."""
    done = []

    @contextmanager
    def workspace():
        yield SimpleNamespace(settings=None)

    monkeypatch.setattr(work, "workspace", workspace)
    monkeypatch.setattr(work, "do", lambda _settings, job: done.append(job))
    monkeypatch.setattr(promote, "champion", lambda _ws, _name: SimpleNamespace(version="2"))
    monkeypatch.setattr(deploy, "_tell", lambda _ws, _name: [])
    return done


def test_it_replaces_the_version_that_is_named_and_else_the_present_one(jobs):
    deploy.rollback("shop", "complaints since noon", replaces="3")
    deploy.rollback("shop", "complaints since noon")
    assert [job.replaces for job in jobs] == ["3", "2"]
