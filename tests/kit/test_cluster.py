import os
import signal
import socket
import subprocess
import sys
import time

import pytest

from helpers.kit.cluster import Cluster, TaskError

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="a cluster is started with fork")

TASK = """
import json, os, sys
print(os.getpid())
print("ready")
for line in sys.stdin:
    word = line.strip()
    if word == "fail":
        raise ValueError("these are my last words")
    elif word == "where":
        print(os.getcwd(), *sys.argv[1:], json.loads(os.environ["TF_CONFIG"])["task"])
    print("heard", word)
    print("ready")
print("goodbye")
"""


@pytest.fixture
def script(tmp_path):
    (tmp_path / "task.py").write_text(TASK)
    return str(tmp_path / "task.py")


@pytest.fixture
def cluster(script):
    cluster = Cluster(script, ps=1, worker=2)
    yield cluster
    cluster.stop()


def is_alive(pid):
    # A task that was killed is a zombie until its fork server ends: it runs no more.
    done = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True)
    return bool(done.stdout.strip()) and not done.stdout.startswith("Z")


def wait_until_gone(pids, seconds=30):
    deadline = time.monotonic() + seconds
    while any(map(is_alive, pids)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not any(map(is_alive, pids))


def test_a_task_knows_its_place_and_answers(cluster, tmp_path):
    (tmp_path / "here").mkdir()
    cluster.start("worker:1", arguments=["--one"], directory=tmp_path / "here")
    (pid,) = cluster.answer("worker:1")
    assert int(pid) != os.getpid()
    where, heard = cluster.ask("worker:1", "where")
    assert where == f"{tmp_path / 'here'} --one {{'type': 'worker', 'index': 1}}"
    assert heard == "heard where"
    assert cluster.finish("worker:1") == ["goodbye"]
    assert cluster.running() == []


def test_a_killed_task_is_gone_and_starts_again_at_its_address_that_nobody_can_take(cluster):
    cluster.start("ps:0", "worker:0")
    (pid,), (other,) = cluster.answer("ps:0"), cluster.answer("worker:0")
    cluster.kill("ps:0")
    assert wait_until_gone([pid])
    assert is_alive(other)
    before = cluster.addresses["ps"]
    host, port = before[0].split(":")
    with socket.socket() as other, pytest.raises(OSError, match="in use"):
        other.bind((host, int(port)))
    cluster.start("ps:0")
    assert cluster.answer("ps:0") != [pid]
    assert cluster.addresses["ps"] == before
    assert len({address for job in cluster.addresses.values() for address in job}) == 3


def test_silence_and_last_words_are_told_and_nobody_is_left(cluster):
    cluster.start("worker:0", "worker:1")
    pids = [cluster.answer(name)[0] for name in ("worker:0", "worker:1")]
    cluster.signal(signal.SIGSTOP, "worker:0")
    cluster.say("worker:0", "word")
    assert cluster.is_silent("worker:0", 0.2)
    cluster.signal(signal.SIGCONT, "worker:0")
    assert cluster.answer("worker:0") == ["heard word"]
    cluster.signal(signal.SIGSTOP, "worker:0")
    cluster.say("worker:0", "word")
    with pytest.raises(TaskError, match=r"worker:0 was silent for 0\.2 seconds"):
        cluster.answer("worker:0", patience=0.2)
    assert wait_until_gone(pids)
    cluster.start("worker:0", "worker:1")
    pids = [cluster.answer(name)[0] for name in ("worker:0", "worker:1")]
    with pytest.raises(TaskError, match=r"(?s)worker:0 ended.*these are my last words"):
        cluster.ask("worker:0", "fail")
    assert wait_until_gone(pids)


def test_a_wrong_name_and_a_second_start_are_refused(cluster):
    with pytest.raises(ValueError, match="no task 'chief:0'; it has ps:0, worker:0, worker:1"):
        cluster.start("chief:0")
    cluster.start("ps:0")
    with pytest.raises(ValueError, match="ps:0 runs already"):
        cluster.start("ps:0")


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_killed_notebook_leaves_no_process(script, number):
    program = f"""
from helpers.kit import cluster
one = cluster.Cluster({script!r}, worker=1)
one.start("worker:0")
print(*one.answer("worker:0"), cluster._fork_server()[0].pid, flush=True)
input()
"""
    command, pipe = [sys.executable, "-c", program], subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as notebook:
        pids = notebook.stdout.readline().split()
        assert len(pids) == 2
        assert all(map(is_alive, pids))
        notebook.send_signal(number)
    assert wait_until_gone(pids)


def test_a_cell_that_fails_takes_its_cluster_with_it(script):
    program = f"""
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config
shell = InteractiveShell.instance(config=Config({{"HistoryManager": {{"enabled": False}}}}))
shell.run_cell('from helpers.kit.cluster import Cluster; one = Cluster("{script}", worker=1)')
shell.run_cell('one.start("worker:0"); one.answer("worker:0")')
shell.run_cell("print('then', one.running())")
shell.run_cell("1 / 0")
shell.run_cell("print('now', one.running())")
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert "then ['worker:0']" in done.stdout
    assert "now []" in done.stdout


def test_without_fork_one_sentence_says_so(script, monkeypatch):
    monkeypatch.delattr(os, "fork")
    with pytest.raises(RuntimeError, match="run this on Linux or macOS"):
        Cluster(script, worker=1)
