import pytest
import tensorflow.compat.v1 as tf

from helpers.kit.errors import dissected_error, expected_error, same_everywhere, telling_line


def test_it_prints_class_and_message(capsys):
    with expected_error(ValueError):
        raise ValueError("no such name\nand more")
    assert capsys.readouterr().out == "ValueError: no such name\n"


def test_a_block_that_raises_nothing_fails():
    message = "expected to raise KeyError, but nothing was raised"
    with pytest.raises(AssertionError, match=message), expected_error(KeyError):
        pass


def test_an_error_of_another_kind_goes_on():
    with pytest.raises(TypeError, match="other"), expected_error(ValueError):
        raise TypeError("other")


def test_a_subclass_is_named_by_its_own_name(capsys):
    with expected_error(LookupError):
        raise KeyError("x")
    assert capsys.readouterr().out == "KeyError: 'x'\n"


def test_long_messages_are_broken_at_100_columns(capsys):
    with expected_error(ValueError):
        raise ValueError("word " * 60)
    assert max(map(len, capsys.readouterr().out.splitlines())) <= 100


def test_an_error_without_a_message(capsys):
    with expected_error(ValueError):
        raise ValueError
    assert capsys.readouterr().out == "ValueError:\n"


def test_the_operations_own_words_are_found_in_tensorflows_message():
    with tf.Graph().as_default(), tf.Session() as session:
        variable = tf.get_variable("number", initializer=0.0)
        with pytest.raises(tf.errors.FailedPreconditionError) as caught:
            session.run(variable)
    assert telling_line(caught.value).startswith("Could not find variable number.")
    assert "Debug info" not in telling_line(caught.value)


def test_a_message_that_ends_with_its_node_line():
    assert telling_line(ValueError("first\nNode: 'x'")) == "first"


def test_the_last_node_counts(tmp_path):
    # Seen where a variable was pinned to a device that is not there.
    with tf.Graph().as_default(), tf.Session() as session:
        with tf.device("/gpu:7"):
            variable = tf.get_variable("pinned", [2], initializer=tf.zeros_initializer())
        with pytest.raises(tf.errors.InvalidArgumentError) as raised:
            session.run(variable.initializer)
    assert str(raised.value).count("\nNode: ") >= 1
    assert telling_line(raised.value).startswith("Cannot assign a device for operation")


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


def test_a_dissected_block_that_does_not_fail_fails():
    expected = pytest.raises(AssertionError, match="expected to raise ValueError")
    with expected, dissected_error(ValueError):
        pass


def test_a_dissected_error_of_another_kind_goes_on(capsys):
    with pytest.raises(KeyError), dissected_error(ValueError):
        raise KeyError("other")
    assert capsys.readouterr().out == ""


def test_a_dissected_error_without_a_message_is_shown(capsys):
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
