"""An existing Dask cluster: where `CARETAKER_CLUSTER` names one, the fits of jobs run on its workers."""
