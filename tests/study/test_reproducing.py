"""Results made again: the same bytes, or a plain list of what is not as it was."""

import json
import random
import re

import pytest

from patrolwise.errors import InputError, RefusedError
from patrolwise.study import reproducing
from patrolwise.study.evaluation import evaluate_programme
from patrolwise.study.integrity import Numeral, is_intact, read_numerals, seal_document
from patrolwise.study.reading import read_programme
from patrolwise.study.reproducing import (
    Difference,
    Reproduction,
    compare_texts,
    look_at_results,
    reproduce_results,
)
from patrolwise.study.reproduction_lines import (
    MOST,
    describe_reproduction,
    summarise_reproduction,
)
from patrolwise.study.writing import results_text

# One value a line, as results.json is written.
NUMERAL = re.compile(r'^ *(?:"\w+": )?(-?\d+(?:\.\d+)?(?:e-?\d+)?),?$', re.MULTILINE)
SAMPLE = 60


@pytest.fixture(scope="module")
def text(evaluated):
    return results_text(evaluated)


@pytest.fixture
def reported(fallen, own_copy, tmp_path, text):
    """Return a world of one's own with its results beside the programme, in a folder."""
    world = own_copy(fallen, tmp_path)
    world.declare()
    out = world.folder / "report"
    out.mkdir()
    (out / "results.json").write_text(text, encoding="utf-8")
    return world


def again(world, **more):
    return reproduce_results(
        world.folder / "report" / "results.json", progress=lambda what: None, **more
    )


def spoil(world, change):
    path = world.folder / "report" / "results.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    change(document)
    path.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


# --- the hash in the file -------------------------------------------------------------------------


def test_a_results_text_is_intact_whatever_its_spacing(text):
    assert is_intact(text)
    assert is_intact(json.dumps(json.loads(text), ensure_ascii=True))


def test_every_number_that_is_altered_by_one_digit_is_found_twice(text):
    # By the hash in the file, and by comparison with the results made again.
    places = [found.span(1) for found in NUMERAL.finditer(text)]
    assert len(places) > 1000
    for start, end in random.Random(5).sample(places, SAMPLE):
        digits = [at for at in range(start, end) if text[at].isdigit()]
        for at in (digits[0], digits[-1]):
            digit = "1" if text[at] != "1" else "2"
            altered = text[:at] + digit + text[at + 1 :]
            assert not is_intact(altered), text[start:end]
            (difference,) = compare_texts(altered, text)
            assert difference.then != difference.now == text[start:end]


def test_a_last_digit_that_no_computer_tells_apart_is_found():
    sealed = json.dumps(seal_document({"p": 0.1}))
    same_number = sealed.replace("0.1", "0.10000000000000001")
    assert json.loads(same_number)["p"] == json.loads(sealed)["p"]
    assert not is_intact(same_number)
    assert compare_texts(sealed, same_number)


def test_letters_order_members_and_kinds_are_sealed_too():
    text = json.dumps(seal_document({"a": 1, "b": {"c": [True, None, "1"]}}))
    for old, new in (
        ('"a": 1, "b"', '"b": 2, "a"'),
        ('"a": 1', '"a": 1, "a": 1'),
        ('"a": 1', '"a": "1"'),
        ('"a": 1', '"a": {"number": "1"}'),
        ("true", "false"),
        ("null", "0"),
        ("[true", "[[], true"),
    ):
        assert not is_intact(text.replace(old, new))
    assert is_intact(text)


def test_what_has_no_hash_is_not_intact(text):
    document = json.loads(text)
    for other in ({**document, "integrity": ""}, {**document, "integrity": 3}, [], {}):
        assert not is_intact(json.dumps(other))


def test_sealing_twice_gives_the_same_and_leaves_the_document_alone():
    document = {"a": 1}
    sealed = seal_document(document)
    assert document == {"a": 1}
    assert seal_document(sealed) == sealed


def test_a_numeral_is_no_text():
    assert compare_texts("5", '"5"') == (Difference("", "5", '"5"'),)
    assert [type(one) for one in read_numerals('[5, "5", 5.0]')] == [Numeral, str, Numeral]


# --- differences ----------------------------------------------------------------------------------


def test_differences_have_their_path_and_both_values():
    then = '{"a": {"b": [1, 2.50, "x"], "gone": null}, "c": [1, 2]}'
    now = '{"a": {"b": [1, 2.5, true]}, "c": [1], "new": {"d": 1}}'
    assert compare_texts(then, now) == (
        Difference("a.b[1]", "2.50", "2.5"),
        Difference("a.b[2]", '"x"', "true"),
        Difference("a.gone", "null", "absent"),
        Difference("c (entries)", "2", "1"),
        Difference("new", "absent", '{"d": "1"}'),
    )


def test_a_long_value_is_cut():
    (difference,) = compare_texts(json.dumps("x" * 500), "1")
    assert len(difference.then) == reproducing.LONGEST
    assert difference.then.endswith("…")


# --- made again -----------------------------------------------------------------------------------


def test_the_same_files_give_the_same_bytes(reported):
    found = again(reported)
    assert found == Reproduction(
        is_intact=True, programme=reported.folder / "programme.toml", is_same=True
    )
    assert found.is_reproduced


def test_a_file_that_was_forged_with_its_hash_is_found_by_making_it_again(reported):
    path = reported.folder / "report" / "results.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    true = document["outcomes"][0]["after"]
    document["outcomes"][0]["after"] = true - 1
    forged = json.dumps(seal_document(document), indent=1, ensure_ascii=False) + "\n"
    path.write_text(forged, encoding="utf-8")
    assert look_at_results(path).is_reproduced
    found = again(reported)
    assert found.is_intact
    assert not found.is_reproduced
    assert Difference("outcomes[0].after", str(true - 1), str(true)) in found.differences


def test_files_changed_or_missing_are_named(reported):
    street = reported.folder / "street"
    lost = sorted(street.iterdir())[-1]
    changed = street / "2021-06-leicestershire-street.csv"
    lines = changed.read_text(encoding="utf-8").splitlines()
    changed.write_text("\n".join(lines[:-3]) + "\n", encoding="utf-8")
    found = again(reported)
    assert [one.split(":")[0] for one in found.inputs] == [f"street/{changed.name} was changed"]
    assert found.differences
    lost.unlink()
    found = again(reported)
    assert f"street/{lost.name} is missing." in found.inputs
    assert "2021-12" in found.refused
    assert found.is_same is None
    assert not found.is_reproduced


def test_other_versions_are_named(reported):
    def change(document):
        document["source"]["versions"][0]["version"] = "0.0.1"
        document["source"]["versions"].pop()
        document["source"]["versions"].append({"name": "abacus", "version": "1"})

    spoil(reported, change)
    found = again(reported)
    assert [one.path for one in found.versions] == ["patrolwise", "abacus", "shapely"]
    assert found.versions[1].now == found.versions[2].then == "absent"
    assert not found.is_intact


def test_the_programme_is_found_beside_above_here_or_named(reported, tmp_path, monkeypatch):
    path = reported.folder / "report" / "results.json"
    elsewhere = tmp_path / "elsewhere" / "deep" / "results.json"
    elsewhere.parent.mkdir(parents=True)
    elsewhere.write_bytes(path.read_bytes())
    with pytest.raises(InputError, match="Name it with --programme"):
        reproduce_results(elsewhere, progress=lambda what: None)
    programme = reported.folder / "programme.toml"
    found = reproduce_results(elsewhere, programme, progress=lambda what: None)
    assert found.is_reproduced
    monkeypatch.chdir(reported.folder)
    assert reproduce_results(elsewhere, progress=lambda what: None).is_reproduced
    # One that was changed is run all the same, and named; the unchanged one goes first.
    (elsewhere.parent / "programme.toml").write_text("title = 1", encoding="utf-8")
    assert reproduce_results(elsewhere, progress=lambda what: None).programme == programme
    monkeypatch.chdir(tmp_path)
    found = reproduce_results(elsewhere, progress=lambda what: None)
    assert found.inputs[0].startswith("programme.toml was changed")
    assert found.refused


def test_results_of_the_demonstration_find_their_programme(tmp_path, monkeypatch):
    from patrolwise.demo import demo_programme

    monkeypatch.chdir(tmp_path)
    results, _ = evaluate_programme(read_programme(demo_programme()), progress=lambda what: None)
    path = tmp_path / "results.json"
    path.write_text(results_text(results), encoding="utf-8")
    assert reproduce_results(path, progress=lambda what: None).is_reproduced


def test_what_is_no_results_file_is_refused(tmp_path, text):
    path = tmp_path / "results.json"
    with pytest.raises(InputError, match="cannot be read"):
        look_at_results(path)
    for content, error, told in (
        ("{", InputError, "is no JSON"),
        ("[" * 100_000, InputError, "is no JSON"),
        ("[1]", RefusedError, "schema is None"),
        ('{"schema": "patrolwise.patrols/1"}', RefusedError, "patrols/1"),
    ):
        path.write_text(content, encoding="utf-8")
        with pytest.raises(error, match=told):
            look_at_results(path)


@pytest.mark.parametrize(
    "source",
    [
        None,
        {"programme": 3},
        {"programme": "p.toml", "files": "none", "versions": []},
        {"programme": "p.toml", "files": [3], "versions": []},
        {"programme": "p.toml", "files": [{"path": "x"}], "versions": []},
        {"programme": "p.toml", "files": [], "versions": [{"name": "n", "version": 3}]},
    ],
)
def test_results_that_do_not_say_where_they_come_from_are_not_followed(reported, source):
    spoil(reported, lambda document: document.update(source=source))
    with pytest.raises(InputError, match="does not say from what it was made"):
        again(reported)


def test_a_source_names_files_from_the_programme_and_nothing_of_the_machine(fallen, text):
    source = json.loads(text)["source"]
    paths = [one["path"] for one in source["files"]]
    assert paths[0] == "programme.toml"
    assert "street/2021-12-leicestershire-street.csv" in paths
    assert {"study-area.geojson", "mix.csv"} < set(paths)
    assert str(fallen.folder) not in text


def test_files_of_a_zip_are_named_by_the_zip(fallen, own_copy, tmp_path):
    import shutil

    world = own_copy(fallen, tmp_path)
    shutil.make_archive(str(world.folder / "street"), "zip", world.folder / "street")
    results = world.evaluate(crimes='files = ["street.zip"]')
    paths = [one.path for one in results.source.files]
    assert "street.zip" in paths
    assert not [path for path in paths if path.startswith("street/")]


# --- told -----------------------------------------------------------------------------------------


def told(**found):
    return describe_reproduction(
        Reproduction(**{"is_intact": True, "programme": None, **found}), "results.json"
    )


def test_each_end_is_told_in_plain_lines(tmp_path):
    programme = tmp_path / "p.toml"
    assert "Nothing was run" in told()
    assert "changed after it was written" in told(is_intact=False)
    assert told(programme=programme, is_same=True).endswith("the same, byte for byte.")
    assert "spacing or order" in told(programme=programme, is_same=False)
    assert "could not be made again: No." in told(programme=programme, refused="No.")
    listed = told(
        programme=programme,
        inputs=("a.csv is missing.",),
        versions=(Difference("numpy", "2", "3"),),
        differences=(Difference("made.seed", "1", "2"),) * (MOST + 2),
        is_same=False,
    )
    for line in (
        "  a.csv is missing.",
        "  numpy: 2 then, 3 now",
        f"Made again from p.toml: {MOST + 2} differences.",
        "  made.seed: 1 then, 2 now",
        "  and 2 more; --json has them all",
    ):
        assert line in listed.splitlines()


def test_a_document_has_all_differences(tmp_path):
    found = Reproduction(
        is_intact=True,
        programme=tmp_path,
        versions=(Difference("numpy", "2", "3"),),
        differences=(Difference("made.seed", "1", "2"),),
        is_same=False,
    )
    document = summarise_reproduction(found)
    assert document["differences"] == [{"path": "made.seed", "then": "1", "now": "2"}]
    assert document["versions"] == [{"path": "numpy", "then": "2", "now": "3"}]
    assert document["reproduced"] is False
