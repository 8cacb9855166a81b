"""Every question of docs/archive.md has an answer, the same from CSV and from Parquet."""

import ast
import json
import math
import re
from pathlib import Path

import duckdb
import pandas as pd
import pytest

import emgkit
from emgkit.batch.collect import collect

PAGE = (Path(__file__).resolve().parent.parent / "docs" / "archive.md").read_text(encoding="utf-8")
PYTHON = re.findall(r"```python\n(.*?)```", PAGE, re.S)
SQL = re.findall(r"```sql\n(.*?)```", PAGE, re.S)
FROM_CSV, FROM_PARQUET = (block for block in PYTHON if "create or replace view" in block)
QUESTIONS = [block for block in PYTHON if block not in (FROM_CSV, FROM_PARQUET)]


@pytest.fixture(scope="module")
def results(sample_data):
    folders = (path.parent for path in sorted(sample_data.glob("*/session.toml")))
    sessions = [emgkit.load_session(folder) for folder in folders]
    return {session.id: emgkit.analyze_session(session) for session in sessions}


@pytest.fixture(scope="module")
def archive(results, tmp_path_factory):
    place = tmp_path_factory.mktemp("lab")
    for name, an in results.items():
        (place / "archive" / name).mkdir(parents=True)
        (place / "archive" / name / "result.json").write_text(an.to_json(), encoding="utf-8")
    (place / "archive" / "bad").mkdir()
    failed = {"status": "failed", "kind": "input", "reason": "no wire", "folder": "2004/bad"}
    (place / "archive" / "bad" / "session.json").write_text(json.dumps(failed))
    collect(place / "archive", parquet=True)
    return place


@pytest.fixture
def answers(archive, monkeypatch):
    """What the last expression of each block of pandas gives, in one namespace from top to bottom."""
    monkeypatch.chdir(archive)
    names, found = {}, []
    for block in QUESTIONS:
        *steps, last = ast.parse(block).body
        exec(compile(ast.Module(steps, []), "archive.md", "exec"), names)
        if isinstance(last, ast.Expr):
            found.append(eval(compile(ast.Expression(last.value), "archive.md", "eval"), names))
        else:
            exec(compile(ast.Module([last], []), "archive.md", "exec"), names)
    return found


def test_every_question_to_pandas_has_an_answer(answers):
    assert len(answers) == len(QUESTIONS) - 1  # the first block reads the tables
    assert all(len(answer) for answer in answers)


def test_pandas_answers_what_the_results_say(answers, results):
    failed, content, _, onsets, curtailed, lengths, doubtful, *_ = answers
    assert failed.to_numpy().tolist() == [["bad", "2004/bad", "failed", "input", "no wire"]]
    assert content.sum() == len(results)
    by_muscle = {an.study.muscle: an for an in results.values()}
    for muscle, row in onsets.iterrows():  # one session of each here, so its own mean
        summary = by_muscle[muscle].summary
        most = summary[summary["burst"] == 1].sort_values("n_cycles", kind="stable").iloc[-1]
        assert row["onset_pct"] == pytest.approx(most["onset_pct"], abs=1e-6)
    assert set(curtailed["muscle"]) == {
        muscle for muscle, an in by_muscle.items() if "timing.curtailed" in set(an.findings["rule"])
    }
    for muscle, row in lengths.iterrows():
        an = by_muscle[muscle]
        used = an.cycles.loc[an.cycles["used"], ["trial", "cycle"]]
        own = an.bursts[an.bursts["cut"] == "none"].merge(used, on=["trial", "cycle"])["duration_s"]
        assert (row["count"], row["50%"]) == (len(own), pytest.approx(own.median(), rel=1e-8))
    assert set(doubtful.index) == set(results)


def ask(question):
    return duckdb.sql(question).df()


@pytest.mark.parametrize("question", SQL)
def test_every_question_to_duckdb_has_the_same_answer_from_csv_and_parquet(archive, monkeypatch, question):
    monkeypatch.chdir(archive)
    exec(FROM_CSV, {})
    from_csv = ask(question)
    exec(FROM_PARQUET, {})
    from_parquet = ask(question)
    assert len(from_csv) > 0
    dates = [name for name in from_csv if name == "date"]  # a date in CSV, a word in Parquet
    texts = from_csv.astype(dict.fromkeys(dates, str)), from_parquet.astype(dict.fromkeys(dates, str))
    pd.testing.assert_frame_equal(
        texts[0].drop(columns=dates), texts[1].drop(columns=dates), check_dtype=False, rtol=1e-7
    )


def test_spread_on_the_circle_is_that_of_the_summary(archive, results, monkeypatch):
    monkeypatch.chdir(archive)
    exec(FROM_PARQUET, {})
    (question,) = (q for q in SQL if "onset_sd_pct" in q and "ln(" in q)
    for row in ask(question).itertuples():
        an = results[row.session]
        used = an.cycles.loc[an.cycles["used"], ["trial", "cycle"]]
        own = an.bursts[(an.bursts["cut"] == "none") & (an.bursts["burst"] == 1)]
        angle = own.merge(used, on=["trial", "cycle"])["onset_pct"].to_numpy() * 2 * math.pi / 100
        r = abs(sum(complex(math.cos(a), math.sin(a)) for a in angle)) / len(angle)
        assert row.n == len(angle)
        assert row.onset_sd_pct == pytest.approx(100 / (2 * math.pi) * math.sqrt(-2 * math.log(r)), rel=1e-6)
