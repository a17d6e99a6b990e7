"""How far a reading can be trusted, by what several readers made of the same print."""

from core.trust.agreement import folded, same_print
from core.trust.calibration import Calibration, Matter, Support, calibration
from core.trust.support import support_of

__all__ = [
    "Calibration",
    "Matter",
    "Support",
    "calibration",
    "folded",
    "same_print",
    "support_of",
]
