"""Wrong answers to the exercises of notebook 04."""

from tests.course.wrong_answers import WrongAnswer

FINISH = """
def finish(session, model, saver, prefix):
    saver.restore(session, prefix)
    list(train(session, model, batches, range({first}, 50), report_every=50))
"""

WRONG_ANSWERS = {
    1: [
        WrongAnswer('prefix_to_restore = "net-300.index"', "one file of the three"),
        WrongAnswer('prefix_to_restore = "checkpoint"', "not a checkpoint"),
        WrongAnswer('prefix_to_restore = "net"', "the step is part of the name"),
        WrongAnswer('prefix_to_restore = "model.ckpt-300"', "no file of this directory"),
    ],
    2: [
        WrongAnswer(FINISH.format(first=0), "ends elsewhere"),
        WrongAnswer(FINISH.format(first=21), "ends elsewhere"),
        WrongAnswer(
            "def finish(session, model, saver, prefix):\n    saver.restore(session, prefix)",
            "takes no step after that",
        ),
        WrongAnswer(
            FINISH.format(first=20).replace(
                "    list(", "    session.run(model.initializer)\n    list("
            ),
            "ends elsewhere",
        ),
        WrongAnswer(
            "def finish(session, model, saver, prefix):\n    pass",
            "still empty",
        ),
    ],
    3: [
        WrongAnswer(
            "def weights_only(session, model, prefix):\n"
            "    tf.train.Saver().restore(session, prefix)",
            "the bias came from the file too",
        ),
        WrongAnswer(
            "def weights_only(session, model, prefix):\n"
            "    tf.train.Saver([model.weights]).restore(session, prefix)",
            "still empty",
        ),
        WrongAnswer(
            "def weights_only(session, model, prefix):\n"
            "    tf.train.Saver([model.weights]).restore(session, prefix)\n"
            "    session.run(model.initializer)",
            "What ran last",
        ),
    ],
}
