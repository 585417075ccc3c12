import pytest
import tensorflow.compat.v1 as tf

from helpers.notebook.expected_error import expected_error, telling_line


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
