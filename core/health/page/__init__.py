"""What the Health page and its reports say of a document, in words: one place for both.

- `tiles.tiles`: the row of numbers.
- `questions.questions`: since when, where, why, what to do.
- `course.course`: the metric over time in one line of text.
- `titles.with_titles`: columns in a sentence as people read them.
"""
