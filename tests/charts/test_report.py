"""Broken here: the report that a page exports is no safe file, or says a step twice."""

from core.charts import health


def test_the_report_says_each_step_once_with_what_it_takes(document):
    """The suggestion stood before the steps that say it again."""
    step = {"code": "CT-H76", "parameters": {}, "sentence": "Retrain.", "effort": "a few minutes"}
    page = health.page(
        {**document, "steps": [step, {**step, "sentence": "Ask.", "effort": "six minutes"}]}, []
    )
    assert "<p>Retrain. Effort: a few minutes. Ask. Effort: six minutes. </p>" in page


def test_the_report_is_one_safe_file(document):
    found = health.page(document, [])
    assert found.count("<svg") == 2
    assert "shop &lt;1&gt;" in found
    assert "http" not in found.replace("http://www.w3.org", "")
