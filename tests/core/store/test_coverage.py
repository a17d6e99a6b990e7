"""What a campaign covers, on both databases."""

from __future__ import annotations

from core.extraction import Form
from core.store import Store
from core.store.campaigns import create_campaign
from core.store.coverage import STATES_OF, Coverage, NumberGap, Vanished, coverage
from core.store.items import ITEM_STATES, ManifestRow, add_manifest, wanted_items
from core.store.submission import Upload
from core.store.taking import take_item
from tests.core.store.orders import finish_job, form, sha_of


def row(path: str, **more: object) -> ManifestRow:
    told = {"path": path, "size": 7, "sha256": sha_of(path), **more}
    return ManifestRow.model_validate(told)


def begun(store: Store, *rows: ManifestRow) -> str:
    campaign, _ = create_campaign(store, "", "回填")
    add_manifest(store, campaign.id, rows)
    return campaign.id


def read(store: Store, campaign_id: str, path: str, *forms: Form) -> None:
    item = next(it for it in wanted_items(store, campaign_id).items if it.path == path)
    upload = Upload(name=f"{path}.pdf", sha256=sha_of(path), size=7, media_type="application/pdf")
    job_id = take_item(store, campaign_id, item.id, upload).item.job_id
    assert job_id is not None
    finish_job(store, job_id, *forms)


def of_year(year: int, project: str, department: str | None = "财政局") -> Form:
    made = form(project=project)
    told = {"fiscal_year": year, "department": department}
    return made.model_copy(update={"record": made.record.model_copy(update=told)})


def covered(store: Store, campaign_id: str, department: str | None = None) -> Coverage:
    return coverage(store, campaign_id, "回填", department)


def test_every_state_of_a_file_is_told_once() -> None:
    told = [state for states in STATES_OF.values() for state in states]
    assert sorted(told) == sorted(ITEM_STATES)


def test_files_are_counted_by_year_and_department(store: Store) -> None:
    finance = {"fiscal_year": 2022, "department": "财政局"}
    campaign_id = begun(
        store,
        row("done", **finance, project_name="道路"),
        row("review", **finance, project_name="道路"),
        row("open", **finance, project_name="桥梁"),
        row("copy", **finance, sha256=sha_of("done")),
        ManifestRow(path="row", standing="missing", fiscal_year=2021, department="民政局"),
        row("silent"),
        row("nowhere"),
    )
    read(store, campaign_id, "done", form())
    read(store, campaign_id, "review", form(status="review"))
    read(store, campaign_id, "silent", of_year(2020, "养老", "民政局"))
    cells = covered(store, campaign_id).cells
    assert [(it.fiscal_year, it.department) for it in cells] == [
        (2020, "民政局"),
        (2021, "民政局"),
        (2022, "财政局"),
        (None, None),
    ]
    silent, gone, many, unnamed = cells
    assert (silent.found, gone.missing, unnamed.open) == (1, 1, 1)
    assert (many.found, many.review, many.open, many.duplicate, many.missing) == (1, 1, 1, 1, 0)

    projects = covered(store, campaign_id, "财政局").cells
    counts = {it.project_name: (it.found, it.review, it.open) for it in projects}
    assert counts["道路"] == (1, 1, 0)
    assert counts["桥梁"] == (0, 0, 1)
    (nobody,) = covered(store, campaign_id, "").cells
    assert (nobody.department, nobody.open) == (None, 1)


def test_forms_that_disagree_do_not_say_the_year_of_their_file(store: Store) -> None:
    campaign_id = begun(store, row("two"))
    other = of_year(2022, "桥梁").model_copy(update={"id": "f2"})
    read(store, campaign_id, "two", of_year(2021, "道路"), other)
    (cell,) = covered(store, campaign_id).cells
    assert (cell.fiscal_year, cell.department, cell.found) == (None, "财政局", 1)


def test_numbers_that_are_lacking_in_a_box_are_found(store: Store) -> None:
    def numbered(number: str, box: str | None = "1", year: int | None = 2022) -> ManifestRow:
        path = f"{year}-{box}-{number}"
        return row(path, item_number=number, box=box, fiscal_year=year)

    campaign_id = begun(
        store,
        *(numbered(it) for it in ("0001", "2", "02", "005", "附7", "9", "99999999999")),
        *(numbered(it, box="2") for it in ("20", "21")),
        *(numbered(it, box=None, year=None) for it in ("1", "3")),
    )
    assert covered(store, campaign_id).gaps == (
        NumberGap(fiscal_year=2022, box="1", first=3, last=4),
        NumberGap(fiscal_year=2022, box="1", first=6, last=8),
        NumberGap(fiscal_year=None, box=None, first=2, last=2),
    )


def test_projects_that_vanish_are_told_where_their_department_goes_on(store: Store) -> None:
    years = {"a": (2019, "道路"), "b": (2020, "道路"), "c": (2020, "桥梁"), "d": (2021, "桥梁")}
    later = {"e": (2022, "隧道"), "f": (2022, "道路")}
    papers = years | later
    campaign_id = begun(store, *(row(path) for path in papers), row("g"))
    for path, (year, project) in papers.items():
        read(store, campaign_id, path, of_year(year, project))
    read(store, campaign_id, "g", of_year(2020, "养老", "民政局"))
    expected = (
        Vanished(department="财政局", project_name="道路", last_year=2020, again=2022),
        Vanished(department="财政局", project_name="桥梁", last_year=2021, again=None),
    )
    assert covered(store, campaign_id).vanished == expected
    assert covered(store, campaign_id, "财政局").vanished == expected
    assert covered(store, campaign_id, "民政局").vanished == ()
