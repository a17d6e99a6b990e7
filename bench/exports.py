"""How much memory each export takes for few and for many records.

    python -m bench.exports [--documents 100,1000,10000] [--formats xlsx,csv,jsonl,parquet,pdf]

A document holds ten forms made of the sample's truth, so ten thousand are 100,000 records. For `pdf` the
number is that of pages of one scan, with the text of the sample's pages. Each export runs in a
process of its own; its peak memory and processor time are told, and how many rows are in the file.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, get_args

import pikepdf

from core.exports import RecordFormat, write
from core.extraction import Cell, Extraction, Field, Form, Page, Record, Source, Table
from core.geometry import Box

SAMPLES = Path(__file__).parents[1] / "samples"
TEMPLATE = "project-self-evaluation"


def forms() -> tuple[Form, ...]:
    """Return the ten forms of the sample, one value in ten to be checked."""
    truths: list[dict[str, Any]] = json.loads(
        (SAMPLES / "songjiang-2023.truth.json").read_text(encoding="utf-8")
    )
    return tuple(form_of(number, truth) for number, truth in enumerate(truths, 1))


def form_of(number: int, truth: dict[str, Any]) -> Form:
    """Return a form of the sample as a record with fields."""
    known = {key: truth[key] for key in Record.model_fields if key in truth}
    known["funding"] = [{"item": "other"} | row for row in known["funding"]]
    record = Record.model_validate(known)
    pointers = [
        f"/indicators/{row}/{name}"
        for row in range(len(record.indicators))
        for name in ("level3", "target", "actual", "weight", "score")
    ]
    fields = {
        pointer: Field(
            raw="",
            confidence=0.9,
            page=number,
            box=Box(0, 0, 9, 9),
            reader="ppocr",
            status="ok" if position % 10 else "review",
            why=None if position % 10 else "low_confidence",
        )
        for position, pointer in enumerate(pointers)
    }
    return Form(
        id=f"form-{number}",
        pages=(number,),
        template=TEMPLATE,
        record=record,
        fields=fields,
        checks=(),
    )


def documents(count: int) -> Iterator[Extraction]:
    """Yield documents one by one, each under its own name."""
    made = forms()
    for number in range(count):
        file = f"{number:06}.pdf"
        sha256 = hashlib.sha256(file.encode()).hexdigest()
        source = Source(file=file, sha256=sha256, pages=10, pipeline="bench")
        again = tuple(form.model_copy(update={"id": f"{form.id}-{number}"}) for form in made)
        yield Extraction(source=source, pages=(), forms=again, issues=())


def export(format_: str, count: int, folder: Path) -> None:
    """Write one export, in this process."""
    with (folder / f"out.{format_}").open("wb") as out:
        if format_ == "pdf":
            from core.layered.layer import write_layered_pdf  # noqa: PLC0415

            scan = folder / "scan.pdf"
            write_layered_pdf(scan, long_extraction(count, scan), out)
            return
        (known,) = (name for name in get_args(RecordFormat) if name == format_)
        write(known, documents(count), out, "zh", array=True, links="https://archive.example/2023")


def long_scan(pages: int, target: Path) -> Path:
    """Write a scan of so many pages, each with a picture of its own."""
    with pikepdf.open(SAMPLES / "songjiang-2023.pdf") as source, pikepdf.new() as pdf:
        pictures = [page.resources.XObject.Im0.read_raw_bytes() for page in source.pages]
        for number in range(pages):
            pdf.pages.append(source.pages[number % len(pictures)])
            page = pdf.pages[-1]
            picture = pdf.copy_foreign(source.pages[number % len(pictures)].resources.XObject.Im0)
            own = pikepdf.Stream(pdf, pictures[number % len(pictures)])
            own.stream_dict = picture.stream_dict
            page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=own))
        pdf.save(target)
    return target


def long_extraction(pages: int, scan: Path) -> Extraction:
    """Return the document of that scan."""
    truths = json.loads((SAMPLES / "songjiang-2023.cells.json").read_text())["pages"]
    with scan.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    source = Source(file=scan.name, sha256=sha256, pages=pages, pipeline="bench")
    made = tuple(
        page_of(number, truths[(number - 1) % len(truths)]) for number in range(1, pages + 1)
    )
    return Extraction(source=source, pages=made, forms=(), issues=())


def page_of(number: int, truth: dict[str, Any]) -> Page:
    """Return a page of the sample with its cells."""
    tables = tuple(
        Table(rows=table["rows"], cols=table["cols"], cells=tuple(map(cell_of, table["cells"])))
        for table in truth["tables"]
    )
    return Page(
        number=number,
        width=truth["scan"]["width"],
        height=truth["scan"]["height"],
        rotation=0,
        skew_deg=0.0,
        kind="form",
        tables=tables,
    )


def cell_of(cell: dict[str, Any]) -> Cell:
    """Return a cell with the bounds of its corners."""
    xs, ys = zip(*cell["quad"], strict=True)
    box = Box(round(min(xs)), round(min(ys)), round(max(xs)), round(max(ys)))
    place = {key: cell[key] for key in ("row", "col", "row_span", "col_span", "text")}
    return Cell(**place, confidence=1.0, box=box)


def measured(format_: str, count: int) -> str:
    """Run one export in a process of its own, and return what it took."""
    with tempfile.TemporaryDirectory() as folder:
        if format_ == "pdf":
            long_scan(count, Path(folder, "scan.pdf"))
        command = [sys.executable, "-m", "bench.exports", "--one", format_, str(count), folder]
        told = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        out = Path(folder, f"out.{format_}")
        size, rows = out.stat().st_size, rows_in(format_, out)
    return (
        f"{format_:8} {count:7} {told['peak_mb']:8.0f} MB {told['cpu_s']:8.1f} s"
        f" {size / 1e6:8.1f} MB written, {rows} rows"
    )


def rows_in(format_: str, path: Path) -> str:
    """Return how many lines, rows of each sheet, or pages a file has, headings included."""
    match format_:
        case "xlsx":
            with zipfile.ZipFile(path) as book:
                sheets = sorted(name for name in book.namelist() if "worksheets/sheet" in name)
                return " + ".join(str(occurrences(book.open(name), b"<row ")) for name in sheets)
        case "parquet":
            import pyarrow.parquet as pq  # noqa: PLC0415

            return str(pq.read_metadata(path).num_rows)
        case "pdf":
            with pikepdf.open(path) as pdf:
                return str(len(pdf.pages))
        case _:
            return str(occurrences(path.open("rb"), b"\n"))


def occurrences(stream: IO[bytes], sought: bytes) -> int:
    """Count a short text in a long stream, also where it lies across two pieces of it."""
    found, rest = 0, b""
    with stream:
        while piece := stream.read(1 << 20):
            joined = rest + piece
            found += joined.count(sought)
            rest = joined[len(joined) - len(sought) + 1 :]
    return found


def peak_mb() -> float:
    """Return the most memory that this process held; what its parent held does not count."""
    told = Path("/proc/self/status").read_text().split("VmHWM:")[1]
    return int(told.split()[0]) / 1024


def main() -> None:
    """Measure as the arguments say."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", default="100,1000,10000")
    parser.add_argument("--formats", default="xlsx,csv,jsonl,parquet,pdf")
    parser.add_argument("--one", nargs=3, metavar=("FORMAT", "COUNT", "FOLDER"))
    given = parser.parse_args()
    if given.one:
        format_, count, folder = given.one
        export(format_, int(count), Path(folder))
        print(json.dumps({"peak_mb": peak_mb(), "cpu_s": sum(os.times()[:2])}))
        return
    for format_ in given.formats.split(","):
        for count in map(int, given.documents.split(",")):
            print(measured(format_, count), flush=True)


if __name__ == "__main__":
    main()
