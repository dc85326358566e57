"""Texts of the data inside text that is read as Markdown: shown as written, no picture is fetched."""

import re

READ = re.compile(r"[\\`*_\[\]<>$~|]|:(?=\S)|^[#+=-]|(?<=^\d)[.)]|(?<=^\d\d)[.)]", re.MULTILINE)
"""What Markdown, and Streamlit's colours, icons and formulas in it, read as more than a letter."""


def plain(text: str) -> str:
    r"""The text for Markdown that shows it letter by letter.

    >>> print(plain("a_b *c* ![x](http://y.z) 5: $1 # 2."))
    a\_b \*c\* !\[x\](http\://y.z) 5: \$1 # 2.
    >>> print(plain("# 2."), plain("2. of"), plain(":red[late]"))
    \# 2. 2\. of \:red\[late\]
    """
    return READ.sub(r"\\\g<0>", text)
