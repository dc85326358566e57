"""Automation: train by the calendar or on an alarm, compare, and promote only where the model says so.

- `due.next_run`: whether a training is due, and else what it waits for.
- `runs.begin`, `runs.advance`: a training from its beginning to its end, which no crash makes two.
- `timetable.make_look`: look whether something is due; the worker does so again and again.
- `views.state`, `views.notice`: what people are told.
"""
