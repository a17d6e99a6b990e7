"""Threads of native libraries."""

from typing import Final

# The environment of a process whose OpenMP and BLAS libraries are to use one thread.
ONE_THREAD: Final = {
    "OMP_THREAD_LIMIT": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}
