"""Sweeps over systems, parameters and seeds: in processes or on Dask, into JSON lines or Parquet, resumable."""

from neutralmodes.sweep._cases import Case, cases
from neutralmodes.sweep._results import Results
from neutralmodes.sweep._rows import certified, with_parameters
from neutralmodes.sweep._workers import rows

__all__ = ["Case", "Results", "cases", "certified", "rows", "with_parameters"]
