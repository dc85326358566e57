"""Suspected labels: the scan, its record, the cards, and feedback on them."""
