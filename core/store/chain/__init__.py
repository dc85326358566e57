"""The hash chain: every row that a decision rests on is written with a link to what was written before.

- `record`: sessions that write make the links, in the transaction of the rows.
- `links.append`, `links.head`: the chain itself; `rows`: what a link is made of.
- `verify.verify`: compute everything anew from the tables, and name what is another.
"""
