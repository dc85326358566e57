"""Broken here: a job starts that no worker can run, or one that looks for its model under another word."""

import pytest

from core.errors import DataError
from core.jobs import foreground
from core.jobs.runner import resolve
from core.services.kinds import JOBS
from core.settings import Settings


@pytest.mark.parametrize("kind", JOBS)
def test_every_step_is_a_function_with_a_share_of_the_time(kind):
    for step in JOBS[kind].steps:
        assert callable(resolve(step))
    assert len(JOBS[kind].weights) in {0, len(JOBS[kind].steps)}


@pytest.mark.parametrize("kind", sorted(set(JOBS) - {"demo", "look", "try", "registered", "connect"}))
def test_every_kind_finds_its_model_under_the_same_word(kind, tmp_path):
    args = {"model": "nobody", "by": "eve", "paths": [], "version": "2", "reason": "because it is better"}
    with pytest.raises(DataError, match="no model 'nobody'"):
        foreground.run(Settings(home=tmp_path), JOBS, kind, args, lambda _f, _m: None)
