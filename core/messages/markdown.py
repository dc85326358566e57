"""Texts of the data inside text that is read as Markdown: shown as written, no picture is fetched."""

import re

READ = re.compile(r"[\\`*_\[\]<>$~|]|:(?=\S)|^[#+=-]", re.MULTILINE)
"""What Markdown, and Streamlit's colours, icons and formulas in it, read as more than a letter."""
NUMBERED = re.compile(r"^(\d+)([.)])", re.MULTILINE)


def plain(text: str) -> str:
    r"""The text for Markdown that shows it letter by letter.

    >>> print(plain("a_b *c* ![x](http://y.z) 5: $1 # 2."))
    a\_b \*c\* !\[x\](http\://y.z) 5: \$1 # 2.
    >>> print(plain("# 2."), plain("2. of"), plain("123) of"), plain(":red[late]"))
    \# 2. 2\. of 123\) of \:red\[late\]
    """
    return NUMBERED.sub(r"\1\\\2", READ.sub(r"\\\g<0>", text))
