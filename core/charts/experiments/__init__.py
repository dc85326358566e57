"""Experiments drawn."""
