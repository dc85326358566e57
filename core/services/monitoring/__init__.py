"""Watch a model: profiles of what changed, findings, the document that pages read.

- `monitor.refresh`: profile what changed and compute the findings; `monitor.health`: the stored document.
- `monitor.outdated_models`: those whose document an older Caretaker wrote.
- `overview.model_lines`: all models in a line each, those first that need attention.
- `partitions.divide`: which chunks are the reference period and which the log.
"""
