"""Retrain and compare: what is tried, on which rows, and how it stands against the champion."""
