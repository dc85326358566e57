"""Why and where: faults, versions, the moved mix of inputs, segments."""
