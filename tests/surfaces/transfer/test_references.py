"""What a file names is found among what the importer may see; what is not, is told or made."""

from __future__ import annotations

from pathlib import Path

from bodega.kernel import change, registry
from bodega.kernel.drafts import Draft
from tests.personas import People
from tests.surfaces.transfer.bringing import bring, counts, problems, records, told

DEALS = "name,account\nBig deal,{}\n"


def organisations(people: People, *names: str) -> list[int]:
    drafts = [Draft(None, {"name": name, "external_id": f"o-{number}"}) for number, name in enumerate(names)]
    return change.save_many(registry.type_of("parties.organisation"), drafts, actor=people.anna).created


def test_by_name_by_number_and_by_any_field(people: People, tmp_path: Path) -> None:
    isdom, konex = organisations(people, "Isdom", "Konex")
    rows = f"name,organisation\nAda, isdom \nBo,#{konex}\nCy,{konex}\nDi,\n"
    assert counts(bring(tmp_path, "parties.person", rows, actor=people.anna)) == (4, 0, 0, 0)
    to = {"name": "name", "firm": {"field": "organisation", "by": "external_id"}}
    bring(tmp_path, "parties.person", "name,firm\nEd,o-0\n", actor=people.anna, columns=to)
    found = records("parties.person", "organisation", actor=people.anna)
    assert found == [(isdom,), (konex,), (konex,), (None,), (isdom,)]


def test_what_is_not_there_is_told_with_what_was_meant(people: People, tmp_path: Path) -> None:
    product = registry.type_of("products.product")
    change.save_many(
        product, [Draft(None, {"name": name}) for name in ("GTX Pro", "GTX Basic", "MG")], actor=people.anna
    )
    rows = "name,product\na,GTXPro\nb,GTX Pro\nc,gtxpro\nd,GTXPro\ne,Zzz\n"
    to = {"name": "name", "product": "lines.product"}
    run = bring(tmp_path, "sales.deal", rows, actor=people.anna, columns=to)
    assert counts(run) == (1, 0, 0, 4)
    assert problems(run) == [
        (2, "GTXPro", "There is no product “GTXPro”; did you mean “GTX Pro”?"),
        (1, "gtxpro", "There is no product “gtxpro”; did you mean “GTX Pro”?"),
        (1, "Zzz", "There is no product “Zzz” that you may see."),
    ]


def test_another_customer_is_not_offered_because_names_end_alike(people: People, tmp_path: Path) -> None:
    organisations(people, "Umbrella Corporation")
    rows = "name,organisation\nAda,Globex Corporation\nBo,Umbrela Corporation\n"
    assert problems(bring(tmp_path, "parties.person", rows, actor=people.anna)) == [
        (1, "Globex Corporation", "There is no organisation “Globex Corporation” that you may see."),
        (
            1,
            "Umbrela Corporation",
            "There is no organisation “Umbrela Corporation”; did you mean “Umbrella Corporation”?",
        ),
    ]


def test_a_name_that_several_have_is_told_with_their_numbers(people: People, tmp_path: Path) -> None:
    one, other = organisations(people, "Isdom", "isdom")
    run = bring(tmp_path, "parties.person", "name,organisation\nAda,Isdom\n", actor=people.anna)
    message = f"2 Organisations are called “Isdom”. Say which one by its number: #{one}, #{other}."
    assert told(run) == [(2, "organisation", message)]


def test_what_one_may_not_see_cannot_be_named(people: People, tmp_path: Path) -> None:
    change.create(registry.type_of("parties.organisation"), {"name": "Secret"}, actor=people.dora)
    run = bring(tmp_path, "parties.person", "name,organisation\nAda,Secret\n", actor=people.ben)
    assert told(run) == [(2, "organisation", "There is no organisation “Secret” that you may see.")]


def test_several_records_in_one_cell(people: People, tmp_path: Path) -> None:
    north, south = (
        registry.type_of("kernel.team").named(name, actor=people.anna).get()["pk"] for name in ("North", "South")
    )
    rows = 'name,teams\nAda,"North; South"\nBo,"South, Sooth"\n'
    run = bring(tmp_path, "kernel.user", rows, actor=people.anna)
    assert told(run) == [(3, "teams", "There is no team “Sooth”; did you mean “South”?")]
    assert records("kernel.user", "name teams", actor=people.anna)[-1] == ("Ada", [north, south])


def test_what_is_missing_is_made_where_the_mapping_says_so(people: People, tmp_path: Path) -> None:
    to = {
        "name": "name",
        "firm": {"field": "organisation", "create": True},
        "source": {"field": "source", "create": True},
    }
    rows = "name,firm,source\nAda,Isdom,Hear-say\nBo,ISDOM,hear say\nCy,Konex,Hear-say\nDi,isdom,Website\n"
    assert counts(bring(tmp_path, "parties.person", rows, actor=people.anna, columns=to)) == (4, 0, 0, 0)
    assert records("parties.organisation", "name", actor=people.anna) == [("Isdom",), ("Konex",)]
    sources = [source for (source,) in records("parties.person", "source", actor=people.anna)]
    assert sources == ["hear_say", "hear_say_1", "hear_say", "website"]


def test_who_may_not_make_it_is_told(people: People, tmp_path: Path) -> None:
    to = {"name": "name", "source": {"field": "source", "create": True}}
    run = bring(tmp_path, "parties.person", "name,source\nAda,Hear-say\n", actor=people.ben, columns=to)
    assert told(run) == [(2, "source", "Your role does not let you create options. Ask an administrator.")]


def test_records_of_one_file_refer_to_each_other_in_any_order(people: People, tmp_path: Path) -> None:
    rows = "name,parent\nA,D\nB,A\nC,\nD,C\nE,a\nF,Nobody\n"
    run = bring(tmp_path, "parties.organisation", rows, actor=people.anna)
    assert counts(run) == (5, 0, 0, 1)
    assert told(run) == [(7, "parent", "There is no organisation “Nobody” that you may see.")]
    found = {name: (pk, parent) for name, pk, parent in named(people)}
    assert {name: parent for name, (_pk, parent) in found.items()} == {
        "A": found["D"][0],
        "B": found["A"][0],
        "C": None,
        "D": found["C"][0],
        "E": found["A"][0],
    }
    assert counts(bring(tmp_path, "parties.organisation", rows, actor=people.anna)) == (0, 0, 5, 1)


def named(people: People) -> list[tuple[str, int, int | None]]:
    type_ = registry.type_of("parties.organisation")
    found = type_.read(type_.rows(people.anna), ["name", "parent"])
    return [(row.values["name"], row.id, row.values["parent"]) for row in found]


def test_a_parent_that_does_not_come_in_is_told_by_the_line_that_names_it(people: People, tmp_path: Path) -> None:
    rows = "name,parent,employees\nA,B,1\nB,,many\n"
    run = bring(tmp_path, "parties.organisation", rows, actor=people.anna)
    assert told(run) == [
        (2, "parent", "There is no organisation “B” that you may see."),
        (3, "employees", "“many” is not a number"),
    ]
    assert [name for name, _pk, _parent in named(people)] == ["A"]


def test_a_line_without_a_key_is_not_found_again_to_be_tied(people: People, tmp_path: Path) -> None:
    rows = "external_id,name,parent\n,A,C\n,B,\n1,C,B\n,D,C\n2,E,F\n3,F,\n"
    run = bring(tmp_path, "parties.organisation", rows, actor=people.anna)
    assert (counts(run), told(run)) == (
        (5, 0, 0, 1),
        [(2, "parent", "There is no organisation “C” that you may see.")],
    )
    found = {name: (pk, parent) for name, pk, parent in named(people)}
    assert {name: parent for name, (_pk, parent) in found.items()} == {
        "B": None,
        "C": found["B"][0],
        "D": found["C"][0],
        "E": found["F"][0],
        "F": None,
    }


def test_by_another_field_too(people: People, tmp_path: Path) -> None:
    to = {"id": "external_id", "name": "name", "boss": {"field": "manager", "by": "external_id"}}
    rows = "id,name,boss\n1,Ada,3\n2,Bo,3\n3,Cy,\n"
    assert counts(bring(tmp_path, "kernel.user", rows, actor=people.anna, columns=to)) == (3, 0, 0, 0)
    *_others, ada, bo, cy = records("kernel.user", "name manager", actor=people.anna)
    boss = registry.type_of("kernel.user").rows(people.anna).get(name="Cy").pk
    assert (ada, bo, cy) == (("Ada", boss), ("Bo", boss), ("Cy", None))
