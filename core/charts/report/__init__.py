"""The report: the Health page as one file that needs nothing else.

- `html.page`, `html.csv`: for a browser, for a table.
- `pdf.pdf`: for those who file or print it.
- `parts`: the words of the page as HTML.
"""
