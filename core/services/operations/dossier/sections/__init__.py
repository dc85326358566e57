"""The sections of a dossier, under the headings of Annex IV of the EU AI Act and of SR 11-7.

- `system.general`, `system.decision`: what the model is, how a version was decided and developed, its data
  and labels.
- `validation`: how it was tested, by which metrics, its limits, what else was tried.
- `operation.oversight`, `operation.proof`: oversight, changes, monitoring, what only the provider says, the
  proof of the log.
"""
