"""The charts of the Health page and their twins as tables, in one place for the page."""

from core.charts.chunks import timeline_table
from core.charts.heat import segments, segments_table
from core.charts.report.html import csv, page
from core.charts.report.pdf import pdf
from core.charts.timeline import timeline
from core.charts.waterfall import account, account_table

__all__ = [
    "account",
    "account_table",
    "csv",
    "page",
    "pdf",
    "segments",
    "segments_table",
    "timeline",
    "timeline_table",
]
