"""Keep TensorFlow's start-up lines out of a notebook's output.

Importing TensorFlow writes lines to file descriptor 2 from native code, and starting its first
session writes more; each holds a time and a process number, so no output that holds one can be
compared. No environment variable silences all of them (tried on 2.21: TF_CPP_MIN_LOG_LEVEL,
ABSL_MIN_LOG_LEVEL, CUDA_VISIBLE_DEVICES). So the descriptor is turned aside for that moment.
"""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def quiet_start() -> Iterator[None]:
    """Import TensorFlow inside this block and its start-up lines do not appear.

    At the end of the block TensorFlow's devices and first session are started, so that their
    lines are gone too. For the time after, its Python logger is set to ERROR (in a notebook it
    would print a line with a full path at every restore), and its native logger likewise (it
    would repeat every exception in words of its own).

    If the block raises, all that was held back is written out before the exception goes on.
    """
    # Read once, when TensorFlow is imported: 2 leaves errors. A reader's own setting stands.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    with _descriptor_2_held_back():
        yield
        import tensorflow.compat.v1 as tf

        with tf.Graph().as_default(), tf.Session() as session:
            session.run(tf.constant(0))
        tf.get_logger().setLevel("ERROR")


@contextmanager
def _descriptor_2_held_back() -> Iterator[None]:
    sys.stderr.flush()
    kept = os.dup(2)
    with tempfile.TemporaryFile() as held_back:
        os.dup2(held_back.fileno(), 2)
        try:
            yield
        except BaseException:
            _put_back(kept)
            held_back.seek(0)
            sys.stderr.write(held_back.read().decode(errors="replace"))
            raise
        else:
            _put_back(kept)


def _put_back(kept: int) -> None:
    sys.stderr.flush()
    os.dup2(kept, 2)
    os.close(kept)
