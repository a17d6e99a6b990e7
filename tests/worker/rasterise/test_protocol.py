"""What is said to the child and back arrives unchanged, or not at all."""

import pytest

from core.errors import DamagedPage, RenderTimeout
from core.kind import Kind
from worker.rasterise.limits import Limits
from worker.rasterise.protocol import (
    Answer,
    Character,
    Count,
    Rendering,
    Request,
    Text,
    read_answer,
    write_answer,
)


def written(answer: Answer) -> bytes:
    return b"".join(bytes(part) for part in write_answer(answer))


def test_request_survives_with_a_name_that_is_not_utf8() -> None:
    request = Request(
        "render", Kind.TIFF, "/a/\udcff\n.tif", "\udcff\n.tif", Limits(wall_s=2.5), 3, 150.0
    )
    assert request.to_json().isascii()
    assert Request.from_json(request.to_json()) == request


@pytest.mark.parametrize(
    "answer",
    [
        Count(3),
        Rendering("L", 2, 1, 300.0, b"ab"),
        Rendering("RGB", 1, 1, 72.5, b"\n{}", written=True),
        Text((Character("年 ", 0.25, 0.5, 0.75, 1.0), Character("\n", 0.0, 0.0, 0.0, 0.0))),
        Text(()),
    ],
)
def test_answer_survives(answer: Answer) -> None:
    assert read_answer(memoryview(written(answer))) == answer


@pytest.mark.parametrize(
    "error",
    [DamagedPage(file="a", page=2, reason="x"), RenderTimeout(file="\udcff", page=1, limit_s="2")],
)
def test_error_survives(error: DamagedPage | RenderTimeout) -> None:
    back = read_answer(memoryview(written(error)))
    assert type(back) is type(error)
    assert isinstance(back, DamagedPage | RenderTimeout)
    assert back.details == error.details


@pytest.mark.parametrize(
    "answer", [Rendering("RGB", 2, 2, 300.0, bytes(12)), Text((Character("1", 0, 0, 1, 1),))]
)
def test_answer_cut_anywhere_is_none(answer: Answer) -> None:
    whole = written(answer)
    assert read_answer(memoryview(whole)) is not None
    assert [n for n in range(len(whole)) if read_answer(memoryview(whole[:n])) is not None] == []
