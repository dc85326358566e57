"""Caretaker keeps a deployed model healthy. The front door for notebooks, and the command `caretaker`."""
