"""Experts' annotations: what they did, what it amounts to, how they are asked. Values only, no IO.

Verbs: `events.fold` (events of one row -> what holds), `submissions.parse_submission` (what a browser sent),
`table.as_table`, `read_table.read_events` and `read_table.read_labels` (in and out as a table),
`queue.is_blind`, `queue.per_minute`, `unusual.usual` and `unusual.cells`. Of the votes of several people
(`votes.Votes`): `dawid_skene.settle`, `quality.quality`, `agreement.cohen_kappa`,
`agreement.krippendorff_alpha`. `rules.RULES` is what decides; docs/methods/annotation.md says why.
"""
