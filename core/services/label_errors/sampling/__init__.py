"""Rows that experts are asked about, though no search suspects them: at random, or without a label."""
