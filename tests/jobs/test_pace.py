"""Broken here: an idle worker uses up a core, or a job waits for a worker that looks too seldom."""

from sqlalchemy.exc import OperationalError

from core.jobs.pace import IDLE_POLL_SECONDS, POLL_SECONDS, Pace


class Queue:
    """Writes down how often it is looked at."""

    def __init__(self):
        self.set = []
        self.is_away = False

    def set_polling_interval_sec(self, value):
        """As the job library's."""
        if self.is_away:
            raise OperationalError("", {}, OSError("locked"))
        self.set.append(value)


def test_the_pace_falls_without_jobs_and_rises_with_the_first():
    pace, queue = Pace(), Queue()
    pace.wait(queue, 0.0)
    assert queue.set == []  # it is looked at seldom already
    for _ in range(2):
        pace.wake()
        pace.wait(queue, 0.0)
    assert queue.set == [POLL_SECONDS]
    for _ in range(2):
        pace.wait(queue, 0.0)
    assert queue.set == [POLL_SECONDS, IDLE_POLL_SECONDS]


def test_a_database_that_does_not_answer_is_asked_again():
    pace, queue = Pace(), Queue()
    queue.is_away = True
    pace.wake()
    pace.wait(queue, 0.0)
    queue.is_away = False
    pace.wake()
    pace.wait(queue, 0.0)
    assert queue.set == [POLL_SECONDS]
