import tensorflow.compat.v1 as tf

from helpers.digits.batches import Batches
from helpers.digits.classifier import train
from helpers.digits.mnist import load_mnist
from helpers.exercises.notebook_04 import check_finish, check_prefix, check_weights_only
from tests.exercises.answers import RIGHT, accepted, each_is_told, refused


def restoring(names=("weights", "bias"), initializes="never"):
    """Return an answer that restores these variables of the model."""

    def weights_only(session, model, prefix):
        if initializes == "before":
            session.run(model.initializer)
        tf.train.Saver([getattr(model, name) for name in names]).restore(session, prefix)
        if initializes == "after":
            session.run(model.initializer)

    return weights_only


test_answers = each_is_told(
    {
        check_prefix: [
            ("net-300", RIGHT),
            ("./net-300", RIGHT),
            ("net-300.index", "one file of the three"),
            ("checkpoint", "not a checkpoint"),
            ("net", "the step is part of the name"),
            ("model.ckpt-300", "no file of this directory"),
        ],
        check_weights_only: [
            (restoring(["weights"], "before"), RIGHT),
            (restoring(), "the bias came from the file too"),
            (restoring(["weights"]), "still empty"),
            (restoring(["weights"], "after"), "What ran last"),
        ],
    }
)


def test_finish() -> None:
    mnist = load_mnist()
    batches = Batches(mnist.train_images, mnist.train_labels, size=100, seed=36)

    def finishing(first, initializes=False, restores=True):
        def finish(session, model, saver, prefix):
            if restores:
                saver.restore(session, prefix)
            if initializes:
                session.run(model.initializer)
            list(train(session, model, batches, range(first, 50), report_every=50))

        return check_finish(finish, batches)

    accepted(finishing(20))
    refused(finishing(0), "ends elsewhere")
    refused(finishing(21), "ends elsewhere")
    refused(finishing(20, initializes=True), "ends elsewhere")
    refused(finishing(50), "takes no step after that")
    refused(finishing(50, restores=False), "still empty")
