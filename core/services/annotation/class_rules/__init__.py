"""Rules from conflicts: the two classes that experts confuse most, and a sentence that tells them apart.

- `evidence.most_confused`, `evidence.effects`: which two, and how far experts agree before and after a rule.
- `examples.examples`: settled items of either class that somebody took for the other.
- `proposals.propose`, `proposals.adopt`, `proposals.cards`: a sentence, and who agrees to it.
"""
