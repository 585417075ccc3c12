import pytest
import tensorflow.compat.v1 as tf

from helpers.kit.errors import dissected_error, expected_error, same_everywhere, telling_line


@pytest.mark.parametrize(
    ("shows", "error", "shown"),
    [
        (expected_error, ValueError("no such name\nand more"), "ValueError: no such name\n"),
        (expected_error, KeyError("x"), "KeyError: 'x'\n"),
        (expected_error, ValueError(), "ValueError:\n"),
        (dissected_error, ValueError("the truth\nand more"), "ValueError\n  truth:  the truth\n"),
        (dissected_error, KeyboardInterrupt(), "KeyboardInterrupt\n\n"),
    ],
)
def test_class_and_message_are_shown(shows, error, shown, capsys):
    kind = LookupError if isinstance(error, KeyError) else type(error)
    with shows(kind):
        raise error
    assert capsys.readouterr().out == shown


@pytest.mark.parametrize("shows", [expected_error, dissected_error])
def test_nothing_raised_fails_and_another_error_goes_on(shows, capsys):
    message = "expected to raise KeyError, but nothing was raised"
    with pytest.raises(AssertionError, match=message), shows(KeyError):
        pass
    with pytest.raises(TypeError, match="other"), shows(KeyError):
        raise TypeError("other")
    assert capsys.readouterr().out == ""


def test_long_messages_are_broken_at_100_columns(capsys):
    with expected_error(ValueError):
        raise ValueError("word " * 60)
    assert max(map(len, capsys.readouterr().out.splitlines())) <= 100


def test_the_operations_own_words_are_found_in_tensorflows_message():
    with tf.Graph().as_default(), tf.Session() as session:
        variable = tf.get_variable("number", initializer=0.0)
        with pytest.raises(tf.errors.FailedPreconditionError) as caught:
            session.run(variable)
    with tf.Graph().as_default(), tf.Session() as session, tf.device("/gpu:7"):
        variable = tf.get_variable("pinned", [2], initializer=tf.zeros_initializer())
        with pytest.raises(tf.errors.InvalidArgumentError) as no_device:
            session.run(variable.initializer)
    assert telling_line(caught.value).startswith("Could not find variable number.")
    assert "Debug info" not in telling_line(caught.value)
    # The last of two nodes counts.
    assert telling_line(no_device.value).startswith("Cannot assign a device for operation")
    assert telling_line(ValueError("first\nNode: 'x'")) == "first"


def test_beginning_and_truth_of_a_real_error_are_shown(tmp_path, capsys):
    with tf.Graph().as_default(), tf.Session() as session:
        variable = tf.get_variable("one", initializer=0.0)
        session.run(variable.initializer)
        prefix = tf.train.Saver().save(session, str(tmp_path / "m"))
        with dissected_error(tf.errors.NotFoundError):
            tf.train.Saver({"two": variable}).restore(session, prefix)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "NotFoundError"
    assert lines[1].startswith("  begins: Restoring from checkpoint failed.")
    assert lines[-1] == "  truth:  Key two not found in checkpoint"
    assert max(len(line) for line in lines) <= 100


def test_windows_breaks_its_words_in_two():
    error = ValueError(
        "Graph execution error:\n\nNode: 'save/RestoreV2'\n"
        "NewRandomAccessFile failed to Create/Open: d/m.data-00000-of-00001 : The system cannot "
        "find the file specified.\r\n; No such file or directory\n\t [[save/RestoreV2]]"
    )
    told = same_everywhere(telling_line(error))
    assert told == "d/m.data-00000-of-00001; No such file or directory"


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
