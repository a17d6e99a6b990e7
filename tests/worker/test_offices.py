from core.extraction import Field, Record
from core.vocabulary import SourceFile, load
from worker.offices import Register
from worker.rebuild import Rebuilt

REGISTER = """
schema = "dangan.vocabulary/1"
[[departments]]
name = "松江区经济委员会"
aliases = ["区经委"]
former = ["松江区工业委员会"]
[[departments]]
name = "松江区科学技术委员会"
"""


def settled(printed: str, register: str = REGISTER) -> tuple[Rebuilt, list[str]]:
    field = Field(raw=printed, confidence=1, page=1, box=None, reader="ppocr", status="ok")
    form = Rebuilt(Record(department=printed), {"/department": field}, "project-self-evaluation")
    found = Register.of(load([SourceFile("own.toml", register)])).settled(form, 1)
    return found[0], [finding.code for finding in found[1]]


def test_alias_and_former_name_are_the_office_of_today() -> None:
    for printed in ("区经委", "松江区工业委员会", "219-松江区经济委员会", "松江区 经济委员会"):
        form, findings = settled(printed)
        assert form.record.department == "松江区经济委员会"
        assert form.fields["/department"].raw == printed
        assert not findings


def test_name_that_is_nearly_known_goes_to_review() -> None:
    form, findings = settled("松江区经挤委员会")
    field = form.fields["/department"]
    assert form.record.department == "松江区经挤委员会"
    assert (field.status, field.why) == ("review", "not_in_register")
    assert field.alternatives == ("松江区经济委员会",)
    assert findings == ["department_near"]


def test_unknown_name_is_left_alone() -> None:
    assert settled("青浦区水务局")[1] == []
    assert settled("松江区经济委员会", 'schema = "dangan.vocabulary/1"')[1] == []
