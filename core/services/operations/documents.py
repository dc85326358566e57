"""The documents that commands print and programs read, by name: one type each, where it is made."""

from typing import Any

from core.errors import DataError
from core.health.report.document import HealthDocument
from core.services.alerts.views import AlertsDocument
from core.services.annotation.views import ExpertsDocument
from core.services.deployment.views import ChampionDocument
from core.services.experiments.holdout.views import FreshenDocument
from core.services.experiments.joins.documents import JoinedDocument
from core.services.experiments.replay.views import PoliciesDocument, ReplayDocument
from core.services.experiments.search.documents import RecipeSearchDocument
from core.services.experiments.views import ComparisonDocument, SearchDocument
from core.services.ingestion.views import DeliveryStatus
from core.services.onboarding.declared.form.document import CaretakerFile
from core.services.onboarding.declared.views import ModelsPlanDocument
from core.services.operations.dossier.views import DossierDocument
from core.services.shadow.views import ShadowDocument

DOCUMENTS: dict[str, Any] = {
    "health": HealthDocument,
    "compare": ComparisonDocument,
    "retrain": SearchDocument,
    "search": RecipeSearchDocument,
    "joined": JoinedDocument,
    "freshen": FreshenDocument,
    "champion": ChampionDocument,
    "delivery": DeliveryStatus,
    "shadow": ShadowDocument,
    "replay": ReplayDocument,
    "policies": PoliciesDocument,
    "dossier": DossierDocument,
    "agreement": ExpertsDocument,
    "alerts": AlertsDocument,
    "plan": ModelsPlanDocument,
    "caretaker-yaml": CaretakerFile,
}
"""Name of the command or address -> type of its document."""


def document_schema(name: str) -> dict[str, Any]:
    """The JSON schema (2020-12) of one document.

    Raises:
        DataError: there is no such document.

    >>> document_schema("champion")["$ref"]
    '#/$defs/ChampionDocument'
    """
    from core.json_schema import json_schemas

    if name not in DOCUMENTS:
        raise DataError(f"There is no document {name!r}.", f"There are {', '.join(DOCUMENTS)}.")
    schemas = json_schemas({name: DOCUMENTS[name]})
    entry = schemas.pop(name)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **entry, "$defs": schemas}
