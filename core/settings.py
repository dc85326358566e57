"""Settings: read from the environment (`CARETAKER_*`), with defaults that need nothing."""

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict

PROJECT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Where the stores are. Built by whoever starts a process, then passed on; never a global.

    Attributes:
        home: folder of the embedded stores.
        database_url: SQL database; default SQLite in `home`.
        mlflow_uri: MLflow tracking and registry store; default SQLite in `home`.
        jobs_url: database of the job library; default SQLite in `home`.
        trusted_model_types: additional type prefixes that a model file may contain.
        trusted_models: registered names (patterns) whose files may hold pickled code; they are our own.
        estimators: name -> "package.module:make_estimator", own code that the recipe "entry:NAME" trains.
        connections: name -> URL of a SQL database that data may come from, e.g. `{"shop": "postgresql://..."}`.
        http_megabytes: largest body, unpacked, that the HTTP door takes.
        data_folders: folders that people who signed in may name on the pages; without sign-in any.
    """

    model_config = SettingsConfigDict(env_prefix="CARETAKER_", frozen=True, extra="ignore")

    home: Path = PROJECT / "data"
    database_url: str = ""
    mlflow_uri: str = ""
    jobs_url: str = ""
    trusted_model_types: tuple[str, ...] = ()
    trusted_models: tuple[str, ...] = ()
    estimators: dict[str, str] = {}
    connections: dict[str, str] = {}
    data_folders: tuple[Path, ...] = ()
    http_megabytes: int = 64

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
