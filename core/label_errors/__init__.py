"""Suspected labels: which are probably wrong, why, and which to check first.

Pure: arrays and tables in, results out.
"""
