"""Experts annotate: the next items, their annotations, and the revisions cut from them.

- `annotate.open_desk`, `annotate.lease`, `annotate.save`, `annotate.leave`: what the labeller asks for.
- `annotate.progress`: how far a queue is; `questions.recent_annotations`: what can still be taken back.
- `beside.item_history`, `beside.class_examples`, `beside.own_annotations`: what stands beside an item.
- `annotation_file.read_annotations`, `import_annotations.import_annotations`: annotations from elsewhere.
- `export_annotations.annotations`, `export_annotations.label_studio`: annotations leave as they come.
- `labeller_grants.issue`, `labeller_grants.verify`: who may annotate in a browser's tab.
- `experts.experts`: how several of them agree, how good each is; `conflicts.list_conflicts`,
  `conflicts.open_conflict`, `conflicts.settle_conflict`: where they differ.
- `class_rules`: the two classes that experts confuse most, and the rule that tells them apart.
- `revise.cut`: freeze which labels hold now; `revise.latest`: the newest revision.
"""
