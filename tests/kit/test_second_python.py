import gc
import os
import sys

import pytest

from helpers.kit.second_python import SecondPython, SecondPythonError


@pytest.fixture
def second(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    second = SecondPython()
    yield second
    second.close()


def test_it_is_another_process_in_the_same_directory_that_keeps_its_names(second, capsys, tmp_path):
    (tmp_path / "here").touch()
    second.run("import os; print(os.getpid(), os.listdir())\ndef add(one):\n    return one + 1")
    pid, files = capsys.readouterr().out.split(maxsplit=1)
    assert int(pid) != os.getpid()
    assert files == "['here']\n"
    second.run("print(add(41), 'ä\\n→')")
    assert capsys.readouterr().out == "42 ä\n→\n"


def test_what_a_library_writes_to_the_pipe_itself_is_no_answer(second, capsys):
    second.run("import os; os.write(1, b'noise\\n'); print('answer')")
    second.run("print('next')")
    assert capsys.readouterr().out == "answer\nnext\n"


def test_an_exception_comes_back_and_the_process_goes_on(second, capsys):
    second.run("number = 1")
    with pytest.raises(SecondPythonError, match="ZeroDivisionError"):
        second.run("print('before')\n1 / 0")
    with pytest.raises(SecondPythonError, match="SyntaxError"):
        second.run("1 +")
    second.run("print('after', number)")
    assert capsys.readouterr().out == "before\nafter 1\n"


def test_its_last_words_are_told_and_the_next_piece_starts_another(second, capsys):
    second.run("number = 1")
    with pytest.raises(SecondPythonError, match=r"ended with status 3.*last words"):
        second.run("import os; os.write(2, b'last words'); os._exit(3)")
    second.run("print('number' in globals())")
    assert capsys.readouterr().out == "False\n"


@pytest.mark.skipif(sys.platform == "win32", reason="asks for a process by its number")
@pytest.mark.parametrize("how", ["close", "delete"])
def test_no_process_is_left(how, capsys):
    second = SecondPython()
    second.run("import os; print(os.getpid())")
    pid = int(capsys.readouterr().out)
    os.kill(pid, 0)
    if how == "close":
        second.close()
        second.close()
    else:
        del second
        gc.collect()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
