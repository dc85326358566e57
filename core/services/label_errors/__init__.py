"""Suspected labels: the scan, its record, the cards, and feedback on them.

- `scan.scan`: search the labels; `suspect_list.latest`: the newest search.
- `suspect_list.suspects`, `suspect_list.count_suspects`, `suspect_list.export`: the list, for the page and as
  a file.
- `card.card`: one suspect with its reasons.
- `learn.learn`: what answers teach about the newest search; `timetable.make_look`: soon after each of them.
- `sampling.blind_sample.ask`: random rows to experts, who see neither label nor prediction;
  `sampling.unlabelled.ask`: rows without a label, the least sure first.
- `suspect_list.send`, `suspect_feedback.give`: to experts, and what a person says at once.
"""
