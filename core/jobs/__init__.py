"""Durable background work: submit, follow, cancel, resume after a crash."""
