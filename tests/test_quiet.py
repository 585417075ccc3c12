import subprocess
import sys

import pytest

START = "from helpers.quiet import quiet_start\n"


def run(program):
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)


def test_a_program_that_starts_restores_and_fails_prints_nothing_on_stderr(tmp_path):
    program = START + (
        "with quiet_start():\n"
        "    import tensorflow.compat.v1 as tf\n"
        "with tf.Graph().as_default(), tf.Session() as session:\n"
        "    tf.get_variable('number', initializer=0.0)\n"
        "    saver = tf.train.Saver()\n"
        "    session.run(tf.global_variables_initializer())\n"
        f"    for step in range(7): prefix = saver.save(session, {str(tmp_path / 'm')!r}, step)\n"
        "    saver.restore(session, prefix)\n"
        "    tf.get_variable('other', initializer=0.0)\n"
        "    try: tf.train.Saver().restore(session, prefix)\n"
        "    except tf.errors.NotFoundError: print('failed as it must')\n"
    )
    result = run(program)
    assert result.stdout == "failed as it must\n"
    assert result.stderr == ""


def test_what_was_held_back_comes_out_with_an_error():
    program = START + (
        "import os\n"
        "with quiet_start():\n"
        "    os.write(2, b'a native line\\n')\n"
        "    raise ImportError('no such library')\n"
    )
    result = run(program)
    assert result.returncode == 1
    assert "a native line" in result.stderr
    assert "ImportError: no such library" in result.stderr


def test_an_error_of_the_first_session_is_raised_with_what_was_held_back():
    program = START + (
        "import os\n"
        "with quiet_start():\n"
        "    import tensorflow.compat.v1 as tf\n"
        "    def session():\n"
        "        os.write(2, b'a native line\\n')\n"
        "        raise RuntimeError('no device')\n"
        "    tf.Session = session\n"
    )
    result = run(program)
    assert result.returncode == 1
    assert "a native line" in result.stderr
    assert "RuntimeError: no device" in result.stderr


def test_later_lines_on_stderr_are_not_held_back():
    program = START + ("import os\nwith quiet_start():\n    pass\nos.write(2, b'later')\n")
    assert run(program).stderr == "later"


@pytest.mark.parametrize("level", ["0", "3"])
def test_a_readers_own_log_level_stands(level):
    program = (
        f"import os\nos.environ['TF_CPP_MIN_LOG_LEVEL'] = {level!r}\n"
        + START
        + "with quiet_start():\n    pass\nprint(os.environ['TF_CPP_MIN_LOG_LEVEL'])\n"
    )
    assert run(program).stdout == f"{level}\n"
