"""Wrong answers to the exercises of notebook 07."""

from tests.course.wrong_answers import WrongAnswer

PATIENTS = '[f"model.ckpt-{{step}}" for step in {steps}]'

RESTORE = """
def restore_newest(saver, session, directory):
    prefixes = [str(path.with_suffix("")) for path in Path(directory).glob("*.index")]
    for prefix in sorted(prefixes, {order}):
        try:
            saver.restore(session, prefix)
            return {returned}
        except {errors}:
            continue
    return None
"""
BY_NUMBER = 'key=lambda one: -int(one.rpartition("-")[2])'

WRONG_ANSWERS = {
    1: [
        WrongAnswer(f"restorable = {PATIENTS.format(steps='(1,)')}", "2 more can be restored"),
        WrongAnswer(
            f"restorable = {PATIENTS.format(steps='(1, 2, 3, 4)')}",
            "model.ckpt-2 cannot be restored",
        ),
        WrongAnswer(
            f"restorable = {PATIENTS.format(steps='(1, 3, 4, 7)')}",
            "model.ckpt-7 cannot be restored",
        ),
        WrongAnswer('restorable = "model.ckpt-1"', "give a list"),
        WrongAnswer('restorable = ["model.ckpt-1.index"]', "names of files"),
        WrongAnswer('restorable = ["model.ckpt-8"]', "no checkpoint model.ckpt-8"),
    ],
    2: [
        WrongAnswer(
            "def restore_newest(saver, session, directory):\n"
            "    prefix = tf.train.latest_checkpoint(directory)\n"
            "    saver.restore(session, prefix)\n"
            "    return prefix",
            "your function raises",
        ),
        WrongAnswer(
            RESTORE.format(
                order="reverse=True", returned="prefix", errors="(tf.errors.OpError, ValueError)"
            ),
            "Which is the newest that can",
        ),
        WrongAnswer(
            RESTORE.format(order=BY_NUMBER, returned="prefix", errors="tf.errors.DataLossError"),
            "your function raises NotFoundError",
        ),
        WrongAnswer(
            RESTORE.format(
                order=BY_NUMBER, returned="None", errors="(tf.errors.OpError, ValueError)"
            ),
            "the right one was restored, but None returned",
        ),
        WrongAnswer(
            "def restore_newest(saver, session, directory):\n    pass", "nothing was restored"
        ),
    ],
    3: [
        WrongAnswer(
            """
def rescue(session, model, data):
    numbers = np.frombuffer(data, "<f4")
    session.run(model.weights.assign(numbers[:7840].reshape(784, 10)))
    session.run(model.bias.assign(numbers[7840:]))
""",
            "the bias is wrong",
        ),
        WrongAnswer(
            """
def rescue(session, model, data):
    numbers = np.frombuffer(data, "<f4")
    session.run(model.bias.assign(numbers[:10]))
    session.run(model.weights.assign(numbers[10:].reshape(10, 784).T))
""",
            "How do rows follow each other",
        ),
        WrongAnswer(
            """
def rescue(session, model, data):
    numbers = np.frombuffer(data, "<f4")
    session.run(model.bias.assign(numbers[:10]))
""",
            "still empty",
        ),
        WrongAnswer(
            """
def rescue(session, model, data):
    session.run(model.bias.assign(np.frombuffer(data, "<f4")))
""",
            "check the shapes",
        ),
    ],
}
