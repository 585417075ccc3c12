import numpy as np
import tensorflow.compat.v1 as tf

from helpers.digits.classifier import build_classifier
from helpers.exercises.notebook_02 import check_prefixes, check_read_bias, check_right_order
from tests.exercises.answers import RIGHT, each_is_told

IN_LOOP = [f"model.ckpt-{step}" for step in range(0, 200, 50)]
PREFIXES = [*IN_LOOP, "final-model.ckpt-199"]


def building(*parts):
    """Return an answer that builds a graph of these parts, in this order."""

    def build_in_order():
        model = build_classifier(seed=36)
        for part in parts:
            if part == "Saver":
                saver = tf.train.Saver()
            elif part == "Adam":
                loss = tf.nn.softmax_cross_entropy_with_logits(labels=model.y_, logits=model.logits)
                tf.train.AdamOptimizer().minimize(loss)
        return saver if "Saver" in parts else model

    return build_in_order


test_answers = each_is_told(
    {
        check_prefixes: [
            (PREFIXES, RIGHT),
            (IN_LOOP, "after the loop, is missing"),
            ([*IN_LOOP, "final-model.ckpt-200"], "when the loop is over"),
            ([*PREFIXES, "model.ckpt-200"], "never gets to step 200"),
            (PREFIXES[1:], "there are more"),
            (["model.ckpt-0.index"], "names of files"),
            (["model.ckpt-1", "final-model.ckpt-199"], "saves no checkpoint 'model.ckpt-1'"),
        ],
        check_read_bias: [
            (lambda data: np.frombuffer(data, "<f4", count=10), RIGHT),
            (lambda data: np.frombuffer(data, "<f4")[-10:], "at the end of the file"),
            (lambda data: np.frombuffer(data, "<f4"), "numbers of shape (10,), not of (7850,)"),
            (lambda data: np.frombuffer(data, ">f4", count=10), "these are other numbers"),
        ],
        check_right_order: [
            (building("Adam", "Saver"), RIGHT),
            (building("Saver", "Adam"), "leaves out 6 variables"),
            (building("Saver"), "no AdamOptimizer"),
            (building("Adam"), "must return a Saver, not a DigitClassifier"),
        ],
    }
)
