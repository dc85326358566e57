"""What changed, and when: alarms, onset, drift of the inputs, faults of single chunks."""
