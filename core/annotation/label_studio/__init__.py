"""Label Studio's JSON both ways: its tasks as a table of annotations, annotations as its tasks.

- `read.read_tasks`: what an export of a project holds (`JSON` or `JSON_MIN`).
- `write.task`, `config.labelling_config`: a file that a project imports, and the configuration to go with it.
"""
