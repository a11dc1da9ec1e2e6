"""Shares made, signed, sent, tampered with, merged and judged, as forces would by the command."""

import builtins
import json
from pathlib import Path

import numpy as np
import pytest

from patrolwise.benchmarking.methods import judge_change, judge_level
from patrolwise.cli.__main__ import main
from patrolwise.errors import InputError, MissingExtraError, RefusedError
from patrolwise.files import share_keys
from patrolwise.files.benchmark_shares import read_shares
from patrolwise.files.share_keys import read_key, read_public_keys
from patrolwise.reporting.share_document import Merged, build_share_document
from patrolwise.study.share_judging import HIDDEN, NOT_SHARED, compare_shares
from patrolwise.study.shares import list_shares, merge_shares, read_share_measures

FORCES = ("Kent", "Essex", "Surrey", "Sussex", "Norfolk", "Suffolk", "Dorset")
BEFORE, AFTER = "2022/23", "2023/24"
DEFINITIONS = """
[[measure]]
id = "knife"
title = "Knife-enabled crime in hot spots"
counted = "Offences with the knife flag inside the hot spots of the programme, NDQIS"
exposure = "residents of the hot spots' wards"
direction_good = "down"
min_count = 20
"""
EXPECTED = DEFINITIONS.replace(
    "[[measure]]", '[[measure]]\nexpected = "rates of all forces by age"'
)
# multiples of 5, so that rounding changes nothing
COUNTS = {
    "Kent": (100, 95),
    "Essex": (120, 60),
    "Surrey": (80, 85),
    "Sussex": (150, 140),
    "Norfolk": (60, 65),
    "Suffolk": (90, 95),
    "Dorset": (110, 105),
}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "measures.toml").write_text(DEFINITIONS)
    (tmp_path / "expected.toml").write_text(EXPECTED)
    return tmp_path


def make(folder, force, counts, *, out="share.json", definitions="measures.toml", more=(), **given):
    """Make a share as its force would; return the exit code."""
    name, own = force.casefold(), folder / force.casefold()
    own.mkdir(exist_ok=True)
    if not (folder / "keys" / f"{name}.pub").exists():
        assert main(["shares", "key", "--force", force, "--out", str(folder / "keys")]) == 0
    rows = [f"knife,{period},{one},{counts and 100},1000000" for period, one in counts.items()]
    (own / "counts.csv").write_text("\n".join(["measure,period,observed,expected,exposure", *rows]))
    options = {
        "--definitions": folder / definitions,
        "--force": force,
        "--until": "2024-03-31",
        "--by": "A. Analyst",
        "--key": folder / "keys" / f"{name}.key",
        "--out": own / out,
        **given,
    }
    words = [str(word) for pair in options.items() for word in pair]
    return main(["shares", "make", str(own / "counts.csv"), *words, *more])


def make_all(folder, counts=COUNTS, **given):
    for force, (before, after) in counts.items():
        assert make(folder, force, {BEFORE: before, AFTER: after}, **given) == 0
    return [folder / force.casefold() / "share.json" for force in counts]


def test_merged_shares_are_judged_as_the_counts_themselves_where_nothing_is_small(folder, capsys):
    paths = make_all(folder)
    capsys.readouterr()
    words = [*map(str, paths), "--keys", str(folder / "keys"), "--out", str(folder / "merged")]
    assert main(["shares", "merge", *words, "--period", AFTER, "--baseline", BEFORE]) == 0
    told = capsys.readouterr().out
    assert "7 shares of 7 forces" in told
    merged = json.loads((folder / "merged" / "merged.json").read_text())
    level, change = merged["comparisons"]
    names = sorted(COUNTS)
    before, after = (np.array([COUNTS[one][k] for one in names], float) for k in (0, 1))
    noise = np.full(len(names), 2.0)  # of five numbers, each as likely
    assert noise[0] == np.var([-2, -1, 0, 1, 2])
    direct = judge_change(before, after, noise=noise)
    assert [one["z"] for one in change["forces"]] == pytest.approx(direct.headline)
    assert [one["ratio"] for one in change["forces"]] == pytest.approx(direct.ratio)
    direct = judge_level(after, np.full(len(names), 1e6), noise=noise)
    assert [one["z"] for one in level["forces"]] == pytest.approx(direct.headline)
    assert [one["observed"] for one in level["forces"]] == after.tolist()
    # and rounding makes every count a little less sure
    assert (direct.funnel.s > judge_level(after, np.full(len(names), 1e6)).funnel.s).all()
    essex = names.index("Essex")
    essex_told = change["forces"][essex]
    assert "positive outlier" in essex_told["flag"] or "to watch" in essex_told["flag"]
    assert {path.name for path in (folder / "merged").iterdir()} == {
        "shares.csv",
        "forces.csv",
        "merged.json",
        "merged.xlsx",
        "pack.html",
        "pack.pdf",
    }
    page = (folder / "merged" / "pack.html").read_text()
    assert "Made from shared counts: rounded, small ones hidden" in page
    assert page.count("<svg") == 4  # two funnels, each wide and narrow
    assert "recorded for residents of the hot spots&#39; wards" in page
    assert "A. Analyst" in page
    assert "Not flags: these depend on the method" in page  # Essex, under 3 of 5
    assert main(["shares", "merge", *words[:-2], "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["comparisons"]) == 2  # levels of both periods


def test_the_exact_method_takes_the_count_nearest_to_what_is_expected(folder):
    shares = merge_shares(make_all(folder), folder / "keys")
    from patrolwise.study import share_judging as module

    kept = {}
    original = module._with_exact

    def keep(judged, p):
        made = original(judged, p)
        kept[len(kept)] = (made, p)
        return made

    module._with_exact = keep
    try:
        compare_shares(shares, [AFTER], BEFORE)
    finally:
        module._with_exact = original
    (level, p_level), (_, p_change) = kept.values()
    from patrolwise.benchmarking.limits import two_sided_exact

    slow = [
        max(float(two_sided_exact([one], [e])[0]) for one in range(int(o) - 2, int(o) + 3))
        if not o - 2 <= e <= o + 2
        else 1.0
        for o, e in zip(level.observed, level.expected, strict=True)
    ]
    assert p_level == pytest.approx(slow)
    # every pair of counts that rounding leaves open is at least as far out
    from scipy import stats

    names = sorted(COUNTS)
    before, after = (np.array([COUNTS[one][k] for one in names], float) for k in (0, 1))
    share = after.sum() / (before + after).sum()
    for k in range(len(names)):
        pairs = [(before[k] + i, after[k] + j) for i in range(-2, 3) for j in range(-2, 3)]
        slow_p = [
            min(1.0, 2 * min(stats.binom.cdf(a, a + b, share), stats.binom.sf(a - 1, a + b, share)))
            for b, a in pairs
        ]
        assert p_change[k] >= max(slow_p) - 1e-12 or p_change[k] == pytest.approx(max(slow_p))


def test_hidden_counts_are_not_judged_and_not_taken_for_nought(folder, capsys):
    counts = {**COUNTS, "Dorset": (110, 3), "Kent": (4, 95), "Surrey": (80, 0)}
    paths = make_all(folder, counts)
    assert "1 to 7: too few to tell" in capsys.readouterr().out
    shares = merge_shares(paths[:-1], folder / "keys")
    extra = merge_shares(paths, folder / "keys")
    level, change = compare_shares(extra, [AFTER], BEFORE)
    flags = {one.force: one for one in level.forces}
    assert (flags["Dorset"].flag, flags["Dorset"].observed) == (HIDDEN, None)
    assert flags["Surrey"].observed == 0
    assert flags["Surrey"].z is not None
    assert {one.force: one.flag for one in change.forces}["Kent"] == HIDDEN
    assert list_shares(extra).filter(force="Dorset")["observed"].to_list() == [110, None]
    assert level.judged == len(level.forces) - 1
    few = compare_shares(shares[:4], [AFTER], BEFORE)
    assert [one.judged for one in few] == [0, 0]
    everybody = ["shares", "merge", *map(str, paths), "--keys", str(folder / "keys")]
    assert main([*everybody, "--period", AFTER]) == 0
    assert f"  Dorset: {HIDDEN}" in capsys.readouterr().out
    words = [*map(str, paths[:4]), "--keys", str(folder / "keys")]
    assert main(["shares", "merge", *words]) == 0
    assert "Fewer than 5 forces" in capsys.readouterr().out
    told = {one.id: one for share in extra for one in share.measures}
    merged = Merged(shares=(), measures=told, comparisons=(*few, level), version="1")
    findings, *sections, _ = build_share_document(merged, (600,)).sections
    assert "Fewer than five forces can be judged" in str(sections[0])
    assert "'Dorset', 'hidden', '–'" in str(sections[2])
    assert "of 0 shares" in str(findings)
    quiet = Merged(shares=(), measures=told, comparisons=few, version="1")
    assert "No flag holds under every method, in 2" in str(
        build_share_document(quiet, (600,)).sections[0]
    )


def test_expected_counts_are_the_basis_where_they_are_shared(folder):
    shares = merge_shares(make_all(folder, definitions="expected.toml"), folder / "keys")
    (level,) = compare_shares(shares, [AFTER])
    assert level.beside == "rates of all forces by age"
    assert sum(one.expected for one in level.forces) == pytest.approx(
        sum(after for _, after in COUNTS.values())
    )
    # a force that shared another period only, and nothing where nothing was observed
    assert make(folder, "Cumbria", {BEFORE: 50}, definitions="expected.toml") == 0
    more = merge_shares([folder / "cumbria" / "share.json"], folder / "keys")
    (level,) = compare_shares([*shares, *more], [AFTER])
    assert {one.force: one.flag for one in level.forces}["Cumbria"] == NOT_SHARED
    assert make(folder, "Durham", {AFTER: 0}, definitions="expected.toml") == 0
    nothing = merge_shares([folder / "durham" / "share.json"], folder / "keys")
    assert compare_shares(nothing)[0].judged == 0


def test_the_next_share_is_held_against_those_before(folder, capsys):
    year = {f"2023/24 Q{k}": 30 for k in range(1, 5)}
    assert make(folder, "Kent", year, out="1.json") == 0
    capsys.readouterr()
    changed = {**year, "2023/24 Q4": 33, AFTER: 123}
    assert make(folder, "Kent", changed, out="2.json", **{"--period": AFTER}) == 0
    assert "1 of 1 counts" in capsys.readouterr().out
    assert make(folder, "Kent", changed, out="3.json", **{"--measure": "knife"}) == 0
    told = capsys.readouterr().out
    assert "knife 2023/24 Q4: stays as it was told before (30)" in told
    assert make(folder, "Kent", changed, out="3.json") == 11  # never over one that is there
    (folder / "kent" / "4.json").write_text("{}")
    assert make(folder, "Kent", changed, out="5.json") == 10
    assert "4.json: It is no share" in capsys.readouterr().err
    # those of other forces lie beside and are passed over
    (folder / "kent" / "4.json").unlink()
    assert make(folder, "Essex", year) == 0
    (folder / "essex" / "share.json").replace(folder / "kent" / "4.json")
    (folder / "kent" / "other.toml").write_text(DEFINITIONS.replace("NDQIS", "by hand"))
    assert make(folder, "Kent", year, out="5.json", definitions="kent/other.toml") == 10
    assert "by another definition" in capsys.readouterr().err
    assert make(folder, "Kent", year, out="5.json", **{"--earlier": folder / "no"}) == 10
    assert "There is no folder" in capsys.readouterr().err
    assert make(folder, "Kent", {**changed, "2024/25": 3}, out="5.json", more=["--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [one["observed"] for one in told["share"]["counts"]] == [30, 30, 30, 30, 125, None]
    assert [one["period"] for one in told["hidden"]] == ["2023/24 Q4", "2024/25"]


def tamper(path, to, *, change=None, sign_with=None):
    document = json.loads(path.read_text())
    if change:
        change(document)
    if sign_with:
        told = json.dumps(document["share"], sort_keys=True, separators=(",", ":")).encode()
        import hashlib

        document |= {
            "signature": sign_with.sign(told),
            "public_key": sign_with.public,
            "sha256": hashlib.sha256(told).hexdigest(),
        }
    to.write_text(json.dumps(document))
    return to


def test_every_fault_of_received_files_is_told_at_once(folder):
    kent, essex = make_all(folder, {one: COUNTS[one] for one in ("Kent", "Essex")})
    key, other = (read_key(folder / "keys" / f"{one}.key") for one in ("kent", "essex"))
    stranger = tamper(
        kent,
        folder / "stranger.json",
        sign_with=share_keys.KeyPair(share_keys._load()[0].Ed25519PrivateKey.generate()),
    )
    changes = {
        "changed": lambda one: one["share"]["counts"][0].update(observed=95),
        "hashed": lambda one: one.update(sha256="0" * 64),
        "unsigned": lambda one: one.update(signature="no"),
    }
    signed = {
        "schema": lambda one: one["share"].update(schema="other/1"),
        "list": lambda one: one.update(share=[]),
        "columns": lambda one: one["share"].update(names=["somebody"]),
        "column": lambda one: one["share"]["counts"][0].update(name="somebody"),
        "unrounded": lambda one: one["share"]["counts"][0].update(observed=3),
        "negative": lambda one: one["share"]["counts"][0].update(observed=-5),
        "handful": lambda one: one["share"]["counts"][0].update(exposure=12),
        "texts": lambda one: one["share"]["counts"][0].update(exposure="1000000"),
        "period": lambda one: one["share"]["counts"][0].update(period=" 2023/24"),
        "twice": lambda one: one["share"]["counts"].append(one["share"]["counts"][0]),
        "undefined": lambda one: one["share"].update(measures=[]),
        "hash": lambda one: one["share"]["measures"][0].update(sha256="0" * 64),
        "measure": lambda one: one["share"]["measures"][0].update(min_count=1),
    }
    paths = [folder / "gone.json", stranger, tamper(kent, folder / "other.json", sign_with=other)]
    paths += [tamper(kent, folder / f"{name}.json", change=one) for name, one in changes.items()]
    paths += [
        tamper(kent, folder / f"{name}.json", change=one, sign_with=key)
        for name, one in signed.items()
    ]
    keys = read_public_keys(folder / "keys")
    assert len(read_shares([kent, essex], keys)) == 2
    with pytest.raises(InputError) as told:
        read_shares([kent, *paths, essex], keys)
    lines = str(told.value).splitlines()
    assert len(lines) == 1 + len(paths)
    wanted = ["cannot be read", "key that is not known", "with the key of Essex"]
    wanted += [
        "was changed since it was signed",
        "Its hash",
        "was changed",
        "not patrolwise.shares/1",
    ]
    wanted += ["Its schema is None"] + 10 * ["It is signed, but|is no period"] + ["min_count is 1"]
    for line, words in zip(lines[1:], wanted, strict=True):
        assert any(word in line for word in words.split("|")), line


def test_shares_that_do_not_go_together_are_refused(folder):
    kent = make_all(folder, {"Kent": COUNTS["Kent"]})[0]
    (folder / "other.toml").write_text(DEFINITIONS.replace("NDQIS", "by hand"))
    assert make(folder, "Essex", {AFTER: 50}, definitions="other.toml") == 0
    (folder / "again").mkdir()
    given = {"--earlier": folder / "again", "--out": folder / "again" / "kent.json"}
    assert make(folder, "Kent", {AFTER: 95}, **given) == 0
    paths = [kent, folder / "essex" / "share.json", folder / "again" / "kent.json"]
    with pytest.raises(InputError) as told:
        merge_shares(paths, folder / "keys")
    assert "knife is defined otherwise in share.json" in str(told.value)
    assert "Kent tells knife 2023/24 in share.json and in kent.json" in str(told.value)


def test_keys_are_for_their_owner_and_named_after_their_force(folder, capsys, monkeypatch):
    assert make(folder, "Kent", {AFTER: 95}) == 0
    keys = folder / "keys"
    private = keys / "kent.key"
    assert private.stat().st_mode & 0o077 == 0
    assert main(["shares", "key", "--force", "Kent", "--out", str(keys)]) == 11
    assert main(["shares", "key", "--force", "Fife", "--out", str(keys)]) == 10
    assert main(["shares", "key", "--force", "Essex", "--out", str(private), "--json"]) == 10
    assert main(["shares", "key", "--force", "Essex", "--out", str(keys), "--json"]) == 0
    raw, serialization = bytes.fromhex(private.read_text()), share_keys._load()[1]
    pem = read_key(private).private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    public = (
        read_key(private)
        .private.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    for data in (raw, pem):
        private.write_bytes(data)
        assert read_key(private).public == (keys / "kent.pub").read_text().strip()
    (keys / "kent.pub").write_bytes(public)
    assert sorted(read_public_keys(keys).values()) == ["Essex", "Kent"]
    private.write_text("no key")
    with pytest.raises(InputError, match="no Ed25519 key"):
        read_key(private)
    private.chmod(0o644)
    with pytest.raises(RefusedError, match="chmod 600"):
        read_key(private)
    with pytest.raises(InputError, match="cannot be read"):
        read_key(keys / "none.key")
    (keys / "atlantis.pub").write_bytes(public)
    (keys / "surrey.pub").write_bytes(public)
    (keys / "sussex.pub").write_text("no key")
    with pytest.raises(InputError) as told:
        read_public_keys(keys)
    for words in ("atlantis.pub is named after no", "same key as that of Kent", "sussex.pub is no"):
        assert words in str(told.value)
    with pytest.raises(InputError, match="No key is in it"):
        read_public_keys(folder)
    original = builtins.__import__

    def without(name, *args):
        if name.startswith("cryptography"):
            raise ImportError(name)
        return original(name, *args)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingExtraError, match=r"patrolwise\[web\]"):
        read_public_keys(keys)


def test_wrong_forms_definitions_and_arguments_are_told_at_once(folder, capsys):
    assert main(["shares", "make", "--keys", "keys", "--force", "Kent"]) == 10
    told = capsys.readouterr().err
    assert "make needs files" in told
    assert "make needs --key." in told
    assert "--keys does not go with make" in told
    given = {"--period": "2023", "--measure": "gun", "--by": " "}
    assert make(folder, "Kent", {AFTER: 95}, **given) == 10
    told = capsys.readouterr().err
    for words in ("'2023' is no period", "the measure gun", "Nobody is named"):
        assert words in told
    assert make(folder, "Kent", {AFTER: 95}, **{"--period": BEFORE}) == 10
    assert "no count of the period 2022/23" in capsys.readouterr().err
    header = "measure,period,observed,exposure\n"
    rows = ["knife,2023/24,-1,1000000", "knife,2023,5,1000000", "knife,2023/24,5,10"]
    counts = folder / "counts.csv"
    counts.write_text(header + "\n".join([*rows, "knife,2023/24,5,1000000"]))
    words = ["--definitions", str(folder / "measures.toml"), "--force", "Kent", "--by", "A"]
    words += ["--until", "2024-03-31", "--key", str(folder / "keys" / "kent.key"), "--out"]
    assert main(["shares", "make", str(counts), *words, str(folder / "a.json")]) == 10
    told = capsys.readouterr().err
    for fault in (
        "row 2: a count is below 0",
        "row 3: '2023'",
        "row 4: the exposure",
        "comes twice",
    ):
        assert fault in told
    counts.write_text(header + "gun,2023/24,50,1000000")
    assert main(["shares", "make", str(counts), *words, str(folder / "a.json")]) == 10
    assert "gun is counted and not defined" in capsys.readouterr().err
    for text, fault in (
        ("[[measure]", "cannot be read as TOML"),
        ("", r"no \[\[measure\]\]"),
        (DEFINITIONS * 2, "defined twice"),
        (DEFINITIONS.replace("down", "left"), "'left'"),
    ):
        (folder / "wrong.toml").write_text(text)
        with pytest.raises(InputError, match=fault):
            read_share_measures(Path(folder / "wrong.toml"))
