"""Can this TensorFlow read these checkpoints? `python read.py DIRECTORY...`, beside `mnist.npz`.

Each directory holds a `final-model.ckpt-49`. Prints one line of JSON: for each directory whether
the values come back into a graph that is built here, and whether the `.meta` can be imported and
used, `true` or the first line of the error; and if so, the accuracy that comes out. Run by
TensorFlow 1.4 to 2.21.
"""

import json
import sys

import numpy as np

try:
    import tensorflow.compat.v1 as tf

    tf.disable_eager_execution()
except (ImportError, AttributeError):
    import tensorflow as tf

with np.load("mnist.npz") as arrays:
    test_images = arrays["test_images"].astype(np.float32) / 255
    test_digits = arrays["test_labels"]
    test_labels = np.eye(10, dtype=np.float32)[test_digits]


def scores_of(weights, bias):
    """Return the model's scores on the test images, float32 (10000, 10), with NumPy alone."""
    return np.maximum(test_images.dot(weights) + bias, 0)


def by_code(prefix):
    """Restore into a graph that is built here; return the scores."""
    with tf.Graph().as_default(), tf.Session() as session:
        weights = tf.get_variable("weights", [784, 10])
        bias = tf.get_variable("bias", [10])
        tf.train.Saver().restore(session, prefix)
        scores = scores_of(*session.run([weights, bias]))
    assert (scores.argmax(axis=1) == test_digits).mean() > 0.3, "these are no trained values"
    return scores


def by_meta(prefix):
    """Import the graph and restore; compare its scores with those of the bare values."""
    with tf.Graph().as_default(), tf.Session() as session:
        saver = tf.train.import_meta_graph(prefix + ".meta")
        saver.restore(session, prefix)
        scores = session.run("logits:0", {"x:0": test_images})
    assert np.allclose(scores, by_code(prefix), atol=1e-4), "the graph gives other scores"


def accuracy(prefix):
    """Return the accuracy that the imported graph gives when it is asked for nothing else."""
    with tf.Graph().as_default(), tf.Session() as session:
        tf.train.import_meta_graph(prefix + ".meta").restore(session, prefix)
        return str(session.run("accuracy:0", {"x:0": test_images, "y_:0": test_labels}))


def read(prefix):
    """Return what is printed for one checkpoint."""
    found = {"values": whether(by_code, prefix), "graph": whether(by_meta, prefix)}
    if found["graph"] is True:
        found["accuracy"] = accuracy(prefix)
    return found


def whether(way, prefix):
    """Return True, or the first line of the error."""
    try:
        way(prefix)
    except Exception as error:
        return type(error).__name__ + ": " + str(error).splitlines()[0][:200]
    return True


prefixes = {directory: directory + "/final-model.ckpt-49" for directory in sys.argv[1:]}
print(json.dumps({directory: read(prefix) for directory, prefix in prefixes.items()}))
