"""The document that the charts of Health draw."""

import pytest

from tests.charts.health_document import health_document


@pytest.fixture
def document():
    """Of a model that fell."""
    return health_document()
