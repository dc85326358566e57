"""Settings: read from the environment (`CARETAKER_*`), with defaults that need nothing."""

from pathlib import Path
from typing import Any

from pydantic import ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from core.errors import BadSetting

PROJECT = Path(__file__).resolve().parent.parent
HOME = PROJECT / "data" if (PROJECT / "pyproject.toml").exists() else Path("caretaker-data").absolute()
"""In a checkout its own folder; where Caretaker is installed, one where it is started."""
FILE = "sqlite:///"
DATABASES = (FILE, "postgresql://", "postgres://", "postgresql+psycopg://")


FORMS = {
    "tuple": """ A list is written as '["one", "two"]'.""",
    "dict": """ Pairs are written as '{"name": "value"}'.""",
}


class Settings(BaseSettings):
    """Where the stores are. Built by whoever starts a process, then passed on; never a global.

    Paths are whole ones: a process that is started elsewhere, as the worker is, would look in its own folder.

    Raises:
        BadSetting: a variable of the environment cannot be used; says which.

    Attributes:
        home: folder of the embedded stores.
        database_url: SQL database; default SQLite in `home`.
        mlflow_uri: MLflow tracking and registry store; default SQLite in `home`.
        jobs_url: database of the job library; default SQLite in `home`.
        trusted_model_types: additional type prefixes that a model file may contain.
        trusted_models: registered names (patterns) whose files may hold pickled code; they are our own.
        estimators: name -> "package.module:make_estimator", own code that the recipe "entry:NAME" trains.
        transformers: name -> "package.module:Class", own steps from columns to columns that a search tries.
        checks: name -> "package.module:function", own tests that a challenger must pass before a promotion.
        metrics: name -> "package.module:function", own metrics: functions of a confusion matrix.
        connections: name -> URL of a SQL database that data may come from, e.g. `{"shop": "postgresql://..."}`.
        webhooks: name -> address of a deploy target that is told of promotions, e.g. `{"shop": "https://..."}`.
        webhook_secrets: name -> the secret with which messages to that webhook are signed.
        deploy_commands: name -> command with its arguments that deploys a version, a deploy target as well.
        servers: name -> address of a `serve` that follows the champion, a deploy target that is asked.
        server_tokens: name -> a token of the model, for a server that listens to other machines.
        alert_destinations: name -> Apprise URL of a place that alerts are sent to, e.g. `{"ops": "slack://..."}`.
        cluster: address of a Dask scheduler on whose workers fits run, e.g. `tcp://10.0.0.5:8786`.
        http_megabytes: largest body, unpacked, that the HTTP door takes.
        data_folders: folders that people who signed in may name on the pages; without sign-in any.
    """

    model_config = SettingsConfigDict(env_prefix="CARETAKER_", frozen=True, extra="ignore")

    home: Path = HOME
    database_url: str = ""
    mlflow_uri: str = ""
    jobs_url: str = ""
    trusted_model_types: tuple[str, ...] = ()
    trusted_models: tuple[str, ...] = ()
    estimators: dict[str, str] = {}
    metrics: dict[str, str] = {}
    transformers: dict[str, str] = {}
    checks: dict[str, str] = {}
    connections: dict[str, str] = {}
    data_folders: tuple[Path, ...] = ()
    webhooks: dict[str, str] = {}
    webhook_secrets: dict[str, str] = {}
    deploy_commands: dict[str, tuple[str, ...]] = {}
    servers: dict[str, str] = {}
    server_tokens: dict[str, str] = {}
    alert_destinations: dict[str, str] = {}
    cluster: str = ""
    http_megabytes: int = 64

    def __init__(self, **values: Any) -> None:
        try:
            super().__init__(**values)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            raise _bad(str(first["loc"][0]), first["msg"].removeprefix("Value error, ")) from error
        except SettingsError as error:
            # "error parsing value for field "connections" from source ...": lists and mappings are JSON
            raise _bad(str(error).split('"')[1], "it is not JSON") from error

    @field_validator("home")
    @classmethod
    def _whole_path(cls, path: Path) -> Path:
        return path.expanduser().absolute()

    @field_validator("data_folders")
    @classmethod
    def _whole_paths(cls, paths: tuple[Path, ...]) -> tuple[Path, ...]:
        return tuple(path.expanduser().absolute() for path in paths)

    @field_validator("database_url", "jobs_url")
    @classmethod
    def _known_database(cls, url: str) -> str:
        if url and not url.startswith(DATABASES):
            raise ValueError("it begins neither with sqlite:/// nor with postgresql://")
        return _whole_url(url)

    @field_validator("cluster")
    @classmethod
    def _a_scheduler(cls, address: str) -> str:
        if address and not address.startswith(("tcp://", "tls://")):
            raise ValueError("it begins neither with tcp:// nor with tls://")
        return address

    @field_validator("webhooks", "servers")
    @classmethod
    def _web_addresses(cls, addresses: dict[str, str]) -> dict[str, str]:
        if not all(url.startswith(("https://", "http://")) for url in addresses.values()):
            raise ValueError("an address begins neither with https:// nor with http://")
        return addresses

    @field_validator("alert_destinations")
    @classmethod
    def _with_a_scheme(cls, urls: dict[str, str]) -> dict[str, str]:
        # the message names no address: it may hold a secret
        odd = sorted(name for name, url in urls.items() if "://" not in url)
        if odd:
            raise ValueError(
                f"the address of {', '.join(odd)} is no Apprise URL such as slack://... or json://"
            )
        return urls

    @field_validator("deploy_commands")
    @classmethod
    def _with_a_program(cls, commands: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        if not all(command and command[0] for command in commands.values()):
            raise ValueError("a command names no program")
        return commands

    @field_validator("mlflow_uri")
    @classmethod
    def _an_address(cls, uri: str) -> str:
        if uri and "://" not in uri:
            raise ValueError("it is no address such as http://127.0.0.1:5000 or sqlite:////srv/mlflow.db")
        return _whole_url(uri)

    @property
    def database(self) -> str:
        """SQLAlchemy URL of the database."""
        return self.database_url or f"sqlite:///{self.home.resolve()}/caretaker.db"

    @property
    def mlflow(self) -> str:
        """URI of the MLflow store."""
        return self.mlflow_uri or f"sqlite:///{self.home.resolve()}/mlflow.db"

    @property
    def jobs(self) -> str:
        """SQLAlchemy URL of the job library's tables."""
        return self.jobs_url or f"sqlite:///{self.home.resolve()}/jobs.db"

    @property
    def artifacts(self) -> Path:
        """Folder of MLflow's artifacts."""
        return self.home.resolve() / "mlartifacts"

    @property
    def lake(self) -> Path:
        """Folder of the Parquet lake."""
        return self.home.resolve() / "lake"

    @property
    def run(self) -> Path:
        """Folder of locks, progress files and logs of the running processes."""
        return self.home.resolve() / "run"


def _whole_url(url: str) -> str:
    """The address of a SQLite file with its whole path.

    >>> _whole_url("sqlite:////srv/a.db"), _whole_url("a.db"), _whole_url("sqlite:///a.db").endswith("/a.db")
    ('sqlite:////srv/a.db', 'a.db', True)
    """
    path = url.removeprefix(FILE)
    return url if path in {url, ""} else f"{FILE}{Path(path).absolute()}"


def _bad(name: str, problem: str) -> BadSetting:
    kind = str(Settings.model_fields[name].annotation).partition("[")[0]
    return BadSetting(
        f"CARETAKER_{name.upper()} cannot be used: {problem}.",
        f"Correct it, or take it away.{FORMS.get(kind, '')}",
    )
