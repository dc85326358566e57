"""Suspects where labels are numbers."""
