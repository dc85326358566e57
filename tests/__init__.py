"""Caretaker's tests: they mirror core/ and pages/."""
