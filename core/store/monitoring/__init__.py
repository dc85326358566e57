"""Rows of what was counted: profiles and findings."""
