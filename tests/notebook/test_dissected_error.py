import pytest
import tensorflow.compat.v1 as tf

from helpers.notebook.dissected_error import dissected_error, same_everywhere
from helpers.notebook.expected_error import telling_line


def restore_under_another_name(directory):
    with tf.Graph().as_default(), tf.Session() as session:
        variable = tf.get_variable("one", initializer=0.0)
        session.run(variable.initializer)
        prefix = tf.train.Saver().save(session, str(directory / "m"))
    with tf.Graph().as_default(), tf.Session() as session:
        tf.get_variable("two", initializer=0.0)
        tf.train.Saver().restore(session, prefix)


def test_beginning_and_truth_of_a_real_error_are_shown(tmp_path, capsys):
    with dissected_error(tf.errors.NotFoundError):
        restore_under_another_name(tmp_path)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "NotFoundError"
    assert lines[1].startswith("  begins: Restoring from checkpoint failed.")
    assert lines[-1] == "  truth:  Key two not found in checkpoint"
    assert max(len(line) for line in lines) <= 100


def test_the_truth_is_shown_once_if_it_comes_first(capsys):
    with dissected_error(ValueError):
        raise ValueError("the truth\nand more")
    assert capsys.readouterr().out == "ValueError\n  truth:  the truth\n"


def test_a_block_that_does_not_fail_fails():
    expected = pytest.raises(AssertionError, match="expected to raise ValueError")
    with expected, dissected_error(ValueError):
        pass


def test_an_error_of_another_kind_goes_on(capsys):
    with pytest.raises(KeyError), dissected_error(ValueError):
        raise KeyError("other")
    assert capsys.readouterr().out == ""


def test_an_error_without_a_message_is_shown(capsys):
    with dissected_error(KeyboardInterrupt):
        raise KeyboardInterrupt
    assert capsys.readouterr().out.startswith("KeyboardInterrupt\n")


def test_windows_breaks_its_words_in_two():
    error = ValueError(
        "Graph execution error:\n\nNode: 'save/RestoreV2'\n"
        "NewRandomAccessFile failed to Create/Open: d/m.data-00000-of-00001 : The system cannot "
        "find the file specified.\r\n; No such file or directory\n\t [[save/RestoreV2]]"
    )
    assert (
        same_everywhere(telling_line(error)) == "d/m.data-00000-of-00001; No such file or directory"
    )


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("m.index.tempstate8821582002531169073; Full", "m.index.tempstateN; Full"),
        (
            "match: stored 27 vs. calculated on the restored bytes 41",
            "match: stored N vs. calculated on the restored bytes N",
        ),
        ("Read fewer bytes than requested", "Read less bytes than requested"),
        ("got WindowsPath('m')", "got PosixPath('m')"),
        ("step 50 of 1234567890", "step 50 of 1234567890"),
    ],
)
def test_only_what_differs_is_replaced(told, shown):
    assert same_everywhere(told) == shown
