"""Broken here: what one Caretaker stored names modules that another, installed or not, calls differently."""

from core.modules import IMPORT_FOLDER, ROOT, local_name, stored_name
from core.settings import PROJECT
from core.training.fingerprint import digest


def test_in_the_repository_names_are_what_is_stored():
    assert (ROOT, IMPORT_FOLDER) == ("core", PROJECT)
    assert local_name("core.jobs.warm") == stored_name("core.jobs.warm") == "core.jobs.warm"


def test_an_estimator_of_ours_has_one_fingerprint_under_both_names():
    here = type("Encoder", (), {"__module__": "core.training.features"})
    installed = type("Encoder", (), {"__module__": "caretaker.core.training.features"})
    other = type("Encoder", (), {"__module__": "somebody.core.training.features"})
    assert digest(here) == digest(installed) != digest(other)
