"""Do a piece of work and say how it ended, in the terms of the store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from celery.exceptions import SoftTimeLimitExceeded

from core.errors import DanganError, InputError, ServiceError
from core.store.leases import Trouble

Result = TypeVar("Result")


@dataclass(frozen=True)
class Refused:
    """The file is to blame: trying again changes nothing."""

    trouble: Trouble


@dataclass(frozen=True)
class Crashed:
    """Our side is to blame, or nobody knows: it may go better the next time."""

    trouble: Trouble


def attempt(
    work: Callable[[], Result], crash: Callable[[str], ServiceError]
) -> Result | Refused | Crashed:
    """Do `work`; `crash` makes an error of the reason, where work ends in none of ours.

    What nobody foresaw is raised, and noted by the parent process.
    """
    try:
        return work()
    except InputError as error:
        return Refused(Trouble.of(error))
    except DanganError as error:
        return Crashed(Trouble.of(error))
    except SoftTimeLimitExceeded:
        return Crashed(Trouble.of(crash("time limit")))
    except MemoryError:
        # Were it raised, the parent process would end over it.
        return Crashed(Trouble.of(crash("out of memory")))
    except OSError as error:
        return Crashed(Trouble.of(crash(error.strerror or type(error).__name__)))
