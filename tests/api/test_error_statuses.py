"""Broken here: an error reaches a program with a status that nobody chose."""

import json
from http import HTTPStatus

import pytest

from core.api import http_errors
from core.errors import CaretakerError
from docs.error_page import error_classes


@pytest.fixture(scope="module")
def errors():
    """Every error class of the code; modules of optional drivers that are not installed have none."""
    return error_classes()


def test_every_error_has_a_status_of_a_refusal(errors):
    assert len(errors) > 15
    assert all(400 <= HTTPStatus(kind.http_status) < 600 for kind in errors)
    assert [kind.__name__ for kind in errors if "http_status" not in vars(kind)] == []  # its own choice


def test_a_refusal_carries_the_status_of_its_class_and_when_to_come_again(errors):
    for kind in errors:
        error = kind.__new__(kind)
        CaretakerError.__init__(error, "No.", "Do this.")
        answer = http_errors.refusal(error)
        assert answer.status_code == kind.http_status
        assert {"message": "No.", "hint": "Do this."}.items() <= json.loads(answer.body).items()
        assert ("retry-after" in answer.headers) == (kind.http_status == 503)
