"""A batch on a real Dask cluster: a scheduler and two workers in processes of this machine."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from batch_sessions import by_id, tree, write_manifest, write_session

import emgkit
from emgkit.batch import cluster

ENVIRONMENT = {
    "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1",  # lost once, a session is given to another worker
    "OPENBLAS_NUM_THREADS": "1",
}


def start(module, *arguments):
    return subprocess.Popen(
        [sys.executable, "-m", f"distributed.cli.{module}", "--host", "127.0.0.1", *arguments],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ | ENVIRONMENT,
    )  # fmt: skip


def start_scheduler(folder):
    """Return a scheduler and its address, on a port that the system gives to it and to nobody else."""
    file = folder / "scheduler.json"
    scheduler = start("dask_scheduler", "--port", "0", "--scheduler-file", str(file), "--no-dashboard")
    until = time.monotonic() + 120
    while time.monotonic() < until:
        with contextlib.suppress(OSError, ValueError):  # not there, or not whole
            return scheduler, json.loads(file.read_text())["address"]
        time.sleep(0.01)
    pytest.fail("the scheduler does not start")


def start_worker(address, nanny="--no-nanny"):
    return start("dask_worker", address, nanny, "--nthreads", "1", "--no-dashboard")


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """Address of the scheduler and its two workers, as a list that a test may change."""
    scheduler, address = start_scheduler(tmp_path_factory.mktemp("scheduler"))
    workers = [start_worker(address), start_worker(address)]
    wait_for_workers(address, 2)
    yield address, workers
    for process in (*workers, scheduler):
        process.terminate()  # a nanny takes its worker with it
        process.wait()


def wait_for_workers(address, number):
    from distributed import Client

    until = time.monotonic() + 60
    while True:
        try:
            with Client(address, timeout=5, set_as_default=False) as client:
                client.wait_for_workers(number, timeout=60)
            return
        except OSError:
            if time.monotonic() > until:
                raise


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    folder = tmp_path_factory.mktemp("archive")
    for number in range(3):
        write_session(folder / f"s{number}", f"S{number}", seed=number)
    write_manifest(folder / "bad", "BAD")
    return folder


@pytest.fixture(scope="module")
def local(root, tmp_path_factory):
    out = tmp_path_factory.mktemp("local") / "out"
    emgkit.run_batch(root, out, jobs=1, formats=("json",))
    return tree(out)


def test_a_worker_that_is_killed_on_the_way_costs_nothing(running, root, local, tmp_path):
    address, workers = running
    finished = []

    def kill_one(outcome, total):
        finished.append(outcome)
        if len(finished) == 2:  # the first call is before all
            workers[0].send_signal(signal.SIGKILL)

    outcomes = emgkit.run_batch(root, tmp_path / "out", dask=address, formats=("json",), progress=kill_one)
    assert workers[0].wait() == -signal.SIGKILL
    assert {one.id for one in outcomes if one.failed} == {"BAD"}
    assert tree(tmp_path / "out") == local
    again = emgkit.run_batch(root, tmp_path / "out", dask=address, formats=("json",))
    assert [one.status for one in again] == ["failed"] + 3 * ["up_to_date"]


def test_the_time_limit_holds_on_a_cluster_and_ends_no_worker(running, root, tmp_path):
    address, workers = running
    outcomes = emgkit.run_batch(root, tmp_path / "out", dask=address, formats=("json",), time_limit_s=0.01)
    good = [one for one in outcomes if one.id != "BAD"]
    assert {(one.kind, one.reason) for one in good} == {
        ("time_limit", "The time limit of 0.01 s was exceeded.")
    }
    assert workers[-1].poll() is None


def test_a_session_with_which_every_worker_is_lost_is_a_row(running, root, tmp_path, monkeypatch):
    address, workers = running
    workers.append(start_worker(address, "--nanny"))  # a worker with a nanny comes back when it is lost
    wait_for_workers(address, 2)
    here = cluster.do_here

    def poisoned(task, limit_s):
        if task.id == "S2":
            os.kill(os.getpid(), signal.SIGKILL)
        return task.failed("input", "Not done.") if task.id != "S0" else here(task, limit_s)

    poisoned.__module__ = "__main__"  # so that it goes to the workers by value
    monkeypatch.setattr(cluster, "do_here", poisoned)
    outcomes = by_id(emgkit.run_batch(root, tmp_path / "out", dask=address, formats=("json",)))
    assert not outcomes["S0"].failed
    assert outcomes["S1"].reason == "Not done."
    assert (outcomes["S2"].kind, outcomes["S2"].status) == ("crash", "failed")
    assert outcomes["S2"].reason == "Every worker of the cluster to which the session was given was lost."
    assert {path.name for path in (tmp_path / "out" / "S2").iterdir()} == {"session.json"}


def test_a_scheduler_that_is_lost_on_the_way_is_said_and_what_is_done_is_kept(root, local, tmp_path):
    scheduler, address = start_scheduler(tmp_path)
    processes = [scheduler, start_worker(address)]
    try:
        wait_for_workers(address, 1)

        def kill_it(outcome, total):
            if outcome is not None and not outcome.failed:
                processes[0].kill()

        with pytest.raises(emgkit.InputError, match="the scheduler of the cluster is lost"):
            emgkit.run_batch(root, tmp_path / "out", dask=address, formats=("json",), progress=kill_it)
    finally:
        for process in processes:
            process.kill()
            process.wait()
    # a process that was killed while it wrote leaves a passing name, which the next run removes
    kept = {name: held for name, held in tree(tmp_path / "out").items() if not name.endswith(".part")}
    assert any(name.endswith("/result.json") for name in kept)
    assert kept.items() <= local.items()
    assert "batch.json" not in kept


def test_a_scheduler_that_does_not_answer(root, tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "CONNECT_S", 0.5)
    with pytest.raises(emgkit.InputError, match=r"does not answer"):
        emgkit.run_batch(root, tmp_path / "out", dask="tcp://127.0.0.1:9")


@pytest.mark.parametrize(
    "address", ["nonsense", "nonsense://a:1", "no host at all", "tcp://10.0.0.1", "tcp://a:b", ""]
)
def test_what_is_no_address_is_said_before_anything_waits(root, tmp_path, monkeypatch, address):
    monkeypatch.setattr("distributed.Client", None)  # none is made
    with pytest.raises(emgkit.InputError, match="no address of a scheduler"):
        emgkit.run_batch(root, tmp_path / "out", dask=address)


def test_without_dask_it_is_said_how_to_get_it(root, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(emgkit.InputError, match=r"pip install 'emgkit\[cluster\]'"):
        emgkit.run_batch(root, tmp_path / "out", dask="tcp://127.0.0.1:8786")
    assert not Path(tmp_path / "out" / "batch.json").exists()
