"""All sections of a model's file, in the order in which they are written and made."""

from typing import Any

from core.model import ModelSpec
from core.services.onboarding.declared.sections.alert_section import ALERTS
from core.services.onboarding.declared.sections.join_section import JOINS
from core.services.onboarding.declared.sections.schedule_section import SCHEDULES
from core.services.onboarding.declared.sections.section import Section
from core.services.onboarding.declared.sections.source_section import SOURCES
from core.services.onboarding.declared.sections.spec_sections import (
    CHECKS,
    CONNECT,
    DATA,
    LABELS,
    PROMOTION,
    TRAINING,
)
from core.store.engine import StoreSession

SECTIONS: dict[str, Section] = {
    "connect": CONNECT,
    "data": DATA,
    "checks": CHECKS,
    "labels": LABELS,
    "promotion": PROMOTION,
    "training": TRAINING,
    "sources": SOURCES,
    "joins": JOINS,
    "alerts": ALERTS,
    "schedules": SCHEDULES,
}
"""Key in the file (`document.ModelValue`) -> section."""


def read_model(session: StoreSession, spec: ModelSpec) -> dict[str, Any]:
    """All that the home has of a model, in the form of the file."""
    return {name: section.read(session, spec) for name, section in SECTIONS.items()}
