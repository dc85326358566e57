"""Findings in words: the health document, its verdict, alerts and curves."""
