"""The tables over an archive: those of its sessions, one below the other, and nothing else.

Truth: the tables of each analysis as its own report writes them.
"""

import csv
import errno
import io
import json
import os
import subprocess
import sys
import tracemalloc
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from report_fakes import HOSTILE, fake
from test_cli_commands import run

from emgkit import table_values, tables
from emgkit.batch import archived, writers
from emgkit.batch.collect import collect, gather
from emgkit.cautions import contradiction
from emgkit.errors import InputError
from emgkit.report.files import csv_bytes, text_of_cell
from emgkit.result import Analysis

SESSIONS = {"A-1": 12, "A-10": 4, "A-2": 30, "b": 0}


def put(place, name, an=None, **state):
    (place / name).mkdir(parents=True)
    if an is not None:
        (place / name / "result.json").write_text(an.to_json(), encoding="utf-8")
    if state:
        (place / name / "session.json").write_text(json.dumps({"id": name} | state), encoding="utf-8")


def rows(path):
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def leftovers(place):
    return [p.name for p in place.iterdir() if p.name.startswith(".")]


@pytest.fixture(scope="module")
def analyses():
    return {name: fake(n) for name, n in SESSIONS.items()}


@pytest.fixture
def archive(tmp_path, analyses):
    for name, an in reversed(analyses.items()):  # done in another order than that of their names
        put(tmp_path, name, an, folder=f"2009/{name}", status="done", reason="")
    return tmp_path


@pytest.mark.parametrize("name", ["cycles", "bursts"])
def test_tables_are_those_of_the_sessions_with_their_identifier_first(archive, analyses, name):
    collect(archive)
    parts = [getattr(an, name).assign(session=session) for session, an in analyses.items()]
    order = [column.name for column in tables.ARCHIVE[name]]
    assert order[0] == "session"
    own = [csv_bytes(part[order]).partition(b"\n") for part in parts]
    assert (archive / f"{name}.csv").read_bytes() == own[0][0] + b"\n" + b"".join(rest for _, _, rest in own)


def test_a_session_row_says_what_its_analysis_says(archive, analyses):
    collect(archive)
    found = {row["session"]: row for row in rows(archive / "sessions.csv")}
    assert list(found) == sorted(SESSIONS)
    for name, an in analyses.items():
        row = found[name]
        assert list(row) == [column.name for column in tables.SESSIONS]
        assert (row["folder"], row["status"], row["kind"], row["reason"]) == (
            *(f"2009/{name}", "done", "none", "none"),
        )
        assert row["muscle"] == an.study.muscle
        assert row["verdict"] == an.study.verdict
        assert int(row["n_used"]) == int(an.cycles["used"].sum())
        assert int(row["n_cycles"]) == len(an.cycles)
        assert int(row["n_trials"]) == an.cycles["trial"].nunique()
        assert int(row["n_bursts"]) == len(an.bursts)
        counts = [int(row[f"n_{word}"]) for word in ("good", "limited", "not_usable", "not_determinable")]
        assert sum(counts) == len(an.quality)
        assert counts[0] == (an.quality["verdict"] == "good").sum()
        assert row["findings"].split(", ") == (list(dict.fromkeys(an.findings["rule"])) or ["none"])
        snr_db = an.cycles.loc[an.cycles["used"], "snr_db"].median()
        assert row["snr_db"] == ("not determinable" if pd.isna(snr_db) else f"{snr_db:.9g}")


def test_timing_is_that_of_the_first_burst_of_the_most_frequent_modality(tmp_path):
    rows_of_summary = [
        {"modality": 0, "n_cycles": 9, "burst": None},
        {"modality": 1, "n_cycles": 3, "burst": 1, "onset_pct": 10.0},
        {"modality": 2, "n_cycles": 5, "burst": 1, "onset_pct": 20.0},
        {"modality": 2, "n_cycles": 5, "burst": 2, "onset_pct": 70.0},
        {"modality": 3, "n_cycles": 5, "burst": 1, "onset_pct": 30.0},
    ]
    empty = {c.name: "none" if c.dtype == "str" else None for c in tables.SUMMARY}
    made = table_values.build("summary", [empty | row for row in rows_of_summary])
    put(tmp_path, "two", replace(fake(12), summary=made))
    put(tmp_path, "silent", replace(fake(12), summary=made.iloc[:1]))
    collect(tmp_path)
    silent, two = rows(tmp_path / "sessions.csv")
    assert (two["modality"], two["n_modality"], two["onset_pct"]) == ("2", "5", "20")
    assert (two["offset_pct"], two["timing_why"]) == ("not determinable", "none")
    assert (silent["onset_pct"], silent["timing_why"]) == ("not determinable", "no used cycle has a burst")


def test_a_label_against_the_manifest_is_in_the_row_of_its_session(tmp_path):
    against = "walk_1: " + contradiction("channel 'TA_L'", "left", "right")
    put(tmp_path, "sound", fake(12))
    put(tmp_path, "wrong", replace(fake(12), notes=("walk_1: no events", against)))
    collect(tmp_path)
    assert [row["cautions"] for row in rows(tmp_path / "sessions.csv")] == ["none", against]


def test_every_column_of_a_done_session_is_filled_and_declared(archive):
    collect(archive)
    for row in rows(archive / "sessions.csv"):
        assert all(row.values())


def test_failed_sessions_are_rows_with_their_reason_and_an_old_result_of_them_does_not_count(archive):
    put(archive, "bad", status="failed", kind="input", reason='no unit, "uV" perhaps\nor mV', folder="x/bad")
    put(archive, "stale", fake(12), status="failed", kind="crash", reason="the worker died", folder="x/s")
    done = gather(archive)
    assert (done.n_sessions, done.n_failed, done.damaged) == (6, 2, ())
    found = {row["session"]: row for row in rows(archive / "sessions.csv")}
    assert found["bad"]["reason"] == 'no unit, "uV" perhaps\nor mV'
    assert (found["bad"]["kind"], found["bad"]["folder"]) == ("input", "x/bad")
    assert {found["bad"][name] for name in ("muscle", "verdict", "n_used", "noise_uv", "findings")} == {
        "not determinable"
    }
    assert "stale" not in {row["session"] for row in rows(archive / "cycles.csv")}


def damaged_documents():
    whole = fake(12).to_json()
    document = json.loads(whole)

    def without(*path, **change):
        copy = json.loads(whole)
        part = copy
        for key in path:
            part = part[key]
        part.update(change)
        return json.dumps(copy)

    cycles = document["tables"]["cycles"]
    yield "torn", whole[: len(whole) // 2], "no JSON"
    yield "empty", "", "no JSON"
    yield "list", "[]", "no JSON object"
    yield "nan", whole.replace('"rate_hz": ', '"rate_hz": NaN, "x": ', 1), "no JSON"
    yield "nested", "[" * 100_000, "no JSON"
    yield "schema", without(schema_version=99), "schema .* Found: 99"
    yield "tables", without(tables=None), "a part is missing. Found: 'tables'"
    yield "study", without(study=[]), "a part is missing. Found: 'study'"
    yield "notes", without(notes=[3]), "the notes are no list of texts"
    yield "text", without("tables", "cycles", start_s=["x"] * len(cycles["cycle"])), "cycles.start_s"
    yield "truth", without("tables", "cycles", used=[1] * len(cycles["cycle"])), "cycles.used"
    yield (
        "infinite",
        whole.replace(f'"noise_uv": {document["study"]["noise_uv"]!r}', '"x": 1').replace(
            '"mean_uv": [', '"mean_uv": [1e999,', 1
        ),
        "differ in length|cycles.mean_uv",
    )
    yield "short", without("tables", "bursts", onset_s=[1.0]), "differ in length. Found: 'bursts'"
    yield "huge", without("tables", "cycles", cycle=[2**70] * len(cycles["cycle"])), "cycles.cycle"
    yield "no_array", without("tables", "cycles", cycle="1"), "cycles.cycle"


@pytest.mark.parametrize(("name", "text", "why"), [pytest.param(*d, id=d[0]) for d in damaged_documents()])
def test_a_damaged_result_is_a_row_with_its_reason_never_the_end(tmp_path, name, text, why):
    put(tmp_path, "good", fake(4))
    put(tmp_path, name)
    (tmp_path / name / "result.json").write_text(text, encoding="utf-8")
    done = gather(tmp_path, parquet=True)
    assert done.damaged == (name,)
    (row,) = (row for row in rows(tmp_path / "sessions.csv") if row["session"] == name)
    assert (row["status"], row["kind"]) == ("damaged", "damaged")
    assert pd.Series([row["reason"]]).str.contains(why).all(), row["reason"]
    assert str(tmp_path) not in row["reason"]
    assert {row["session"] for row in rows(tmp_path / "cycles.csv")} == {"good"}


@pytest.mark.parametrize("state", ["", "[1]", '{"status": "perhaps"}', '{"status": ["done"]}', "{}"])
def test_a_state_that_is_not_known_is_damaged_even_beside_a_sound_result(tmp_path, state):
    put(tmp_path, "one", fake(4))
    (tmp_path / "one" / "session.json").write_text(state)
    assert gather(tmp_path).damaged == ("one",)


def test_a_done_session_without_its_result_is_damaged(tmp_path):
    put(tmp_path, "one", status="done", folder="a", reason="")
    assert gather(tmp_path).damaged == ("one",)
    assert "there is no such file" in rows(tmp_path / "sessions.csv")[0]["reason"]


def test_results_of_an_older_version_lack_columns_and_say_so(shared_result):
    collect(shared_result)
    (row,) = rows(shared_result / "sessions.csv")
    assert (row["status"], row["verdict"]) == ("done", "not assessed")
    bursts = rows(shared_result / "bursts.csv")
    assert {burst["probability"] for burst in bursts} == {"not determinable"}


@pytest.fixture
def shared_result(tmp_path):
    """A stored result of an older version."""
    old = (Path(__file__).parent / "result_without_gait.json").read_text(encoding="utf-8")
    put(tmp_path, "old", Analysis.from_json(old))
    (tmp_path / "old" / "result.json").write_text(old, encoding="utf-8")
    return tmp_path


def test_the_same_results_give_the_same_bytes_and_nothing_else_is_left(archive):
    def state():
        return {path.name: path.read_bytes() for path in collect(archive, parquet=True)}

    first = state()
    assert set(first) == {f"{name}.{end}" for name in tables.ARCHIVE for end in ("csv", "parquet")}
    (archive / ".cycles.csv.0123abcd.part").write_text("of a killed run")
    assert state() == first
    assert leftovers(archive) == []


def test_parquet_holds_the_numbers_of_the_csv_typed_and_null_for_not_determinable(archive, analyses):
    collect(archive, parquet=True)
    for name, declared in tables.ARCHIVE.items():
        stored = pq.read_table(archive / f"{name}.parquet")
        kinds = {"float64": "double", "Int64": "int64", "bool": "bool", "str": "string"}
        assert [(f.name, str(f.type)) for f in stored.schema] == [(c.name, kinds[c.dtype]) for c in declared]
        assert stored.schema.field("session").metadata[b"meaning"].decode() == declared[0].meaning
        text = pd.read_csv(archive / f"{name}.csv", na_values=["not determinable"], keep_default_na=False)
        frame = stored.to_pandas()
        assert frame.isna().to_numpy().tolist() == text.isna().to_numpy().tolist()
        for column in (c.name for c in declared if c.dtype == "float64"):
            pd.testing.assert_series_equal(frame[column], text[column], rtol=1e-8, check_dtype=False)
    exact = pd.concat([an.bursts["onset_s"] for an in analyses.values()], ignore_index=True)
    found = pq.read_table(archive / "bursts.parquet").to_pandas()["onset_s"]
    assert found.tolist() == exact.tolist()


def test_parquet_is_written_in_groups_of_rows(archive, monkeypatch):
    collect(archive, parquet=True)
    whole = pq.read_table(archive / "cycles.parquet")
    monkeypatch.setattr(writers, "GROUP_ROWS", 1)
    collect(archive, parquet=True)
    groups = pq.ParquetFile(archive / "cycles.parquet")
    n_rows = [groups.metadata.row_group(i).num_rows for i in range(groups.num_row_groups)]
    assert n_rows == [n + 2 for n in SESSIONS.values()]
    assert groups.read().equals(whole)


def test_parquet_of_an_earlier_state_does_not_stay(archive):
    collect(archive, parquet=True)
    collect(archive)
    assert sorted(p.name for p in archive.iterdir() if p.is_file()) == [
        *("bursts.csv", "cycles.csv", "sessions.csv"),
    ]


def test_without_pyarrow_parquet_is_refused_with_the_mend_and_nothing_is_touched(archive, monkeypatch):
    collect(archive)
    before = {p.name: p.stat().st_mtime_ns for p in archive.iterdir()}
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(InputError, match=r"Run pip install 'emgkit\[parquet\]'"):
        collect(archive, parquet=True)
    assert {p.name: p.stat().st_mtime_ns for p in archive.iterdir()} == before


@settings(max_examples=60)
@given(texts=st.lists(st.text(max_size=12), min_size=2, max_size=2))
def test_any_text_comes_back_from_csv_and_parquet(texts):
    declared = [tables.Column(name, "str", "", "") for name in "ab"]
    columns = {"a": texts, "b": [HOSTILE, None]}
    written = []
    for kind in (writers.CsvWriter, writers.ParquetWriter):
        stream = io.BytesIO()
        writer = kind(stream, declared)
        writer.add(columns)
        writer.close()
        written.append(stream)
    _, *found = csv.reader(io.StringIO(written[0].getvalue().decode(), newline=""))
    kept = [text.replace("\r\n", "\n").replace("\r", "\n") for text in texts]
    assert [[text_of_cell(cell) for cell in row] for row in found] == [
        [kept[0], HOSTILE],
        [kept[1], "not determinable"],
    ]
    assert pq.read_table(written[1]).to_pydict() == columns


def test_half_a_surrogate_pair_is_replaced(tmp_path):
    put(tmp_path, "one", status="failed", kind="input", reason="\ud800", folder="a")
    collect(tmp_path, parquet=True)
    assert rows(tmp_path / "sessions.csv")[0]["reason"] == "?"
    assert pq.read_table(tmp_path / "sessions.parquet").to_pylist()[0]["reason"] == "?"


@pytest.mark.parametrize("parquet", [False, True])
def test_a_full_disk_leaves_the_old_tables_as_they_were(archive, parquet):
    before = {path.name: path.read_bytes() for path in collect(archive, parquet=parquet)}
    put(archive, "Z", fake(30))
    limit = len(before["cycles.csv"]) // 2
    code = (
        "import resource, signal\n"
        "from emgkit.batch.collect import collect\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))\n"
        f"collect('.', parquet={parquet})\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=archive, capture_output=True, text=True)
    assert done.returncode == 1
    assert f"InputError: .: it cannot be written ({os.strerror(errno.EFBIG)})" in done.stderr
    assert "Exception ignored" not in done.stderr
    assert {name: (archive / name).read_bytes() for name in before} == before
    assert leftovers(archive) == []


def test_an_interruption_leaves_the_old_tables_as_they_were(archive, monkeypatch):
    from emgkit.batch import collect as module

    before = {path.name: path.read_bytes() for path in collect(archive)}

    def interrupted(folder):
        if folder.name == "A-2":
            raise KeyboardInterrupt
        return archived.read_archived(folder)

    monkeypatch.setattr(module, "read_archived", interrupted)
    with pytest.raises(KeyboardInterrupt):
        collect(archive)
    assert {name: (archive / name).read_bytes() for name in before} == before
    assert leftovers(archive) == []


@pytest.mark.parametrize("parquet", [False, True])
def test_memory_does_not_grow_with_the_archive(tmp_path, parquet):
    text = fake(30).to_json()

    def peak(n):
        place = tmp_path / str(n)
        for i in range(n):
            (place / f"s{i:04}").mkdir(parents=True)
            (place / f"s{i:04}" / "result.json").write_text(text, encoding="utf-8")
        collect(place, parquet=parquet)  # what is loaded once does not count
        tracemalloc.start()
        collect(place, parquet=parquet)
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    # the paths of the sessions are held: some 200 bytes each; a result is some 100 kB of text
    assert peak(72) < peak(12) + 60 * 2000


def test_a_folder_without_sessions_is_refused(tmp_path):
    (tmp_path / "report").mkdir()
    (tmp_path / "report" / "cycles.csv").write_text("")
    with pytest.raises(InputError, match="no session has a result here"):
        collect(tmp_path)
    with pytest.raises(InputError, match="there is no such folder"):
        collect(tmp_path / "nowhere")
    with pytest.raises(InputError, match="cannot be read"):
        collect(tmp_path / "report" / "cycles.csv")
    with pytest.raises(InputError, match="This is no path"):
        collect(3)
    (tmp_path / "session.toml").write_text("")
    with pytest.raises(InputError, match="session's own folder"):
        collect(tmp_path)
    assert leftovers(tmp_path) == []


def test_the_command_names_the_files_and_ends_with_1_where_a_result_is_damaged(archive):
    done = run("collect", archive.name, "--parquet", cwd=archive.parent)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.split() == [
        f"{archive.name}/{name}.{end}" for end in ("csv", "parquet") for name in tables.ARCHIVE
    ]
    put(archive, "torn")
    (archive / "torn" / "result.json").write_text("{")
    done = run("collect", ".", cwd=archive)
    assert done.returncode == 1
    assert done.stderr == (
        "emgkit: 1 of 5 results cannot be read: torn. Their rows in sessions.csv say why. "
        "Analyse these sessions again.\n"
    )
    assert done.stdout.split() == [f"{name}.csv" for name in tables.ARCHIVE]
    done = run("collect", "nowhere", cwd=archive)
    assert done.returncode == 1
    assert done.stderr.startswith("emgkit: nowhere: there is no such folder")


def test_csv_cells_are_written_as_those_of_a_report():
    stream = io.BytesIO()
    declared = [tables.Column(name, "float64", "", "") for name in "ab"]
    writer = writers.CsvWriter(stream, declared)
    writer.add({"b": [1 / 3, None, True], "a": [1e-20, 12, "a,b"]})
    writer.close()
    assert stream.getvalue() == b'a,b\n1e-20,0.333333333\n12,not determinable\n"a,b",True\n'
