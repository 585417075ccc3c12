"""Wrong answers to the exercises of notebook 08."""

from tests.course.wrong_answers import WrongAnswer

RENAME = """
def rename(directory, old, new):
    for path in list(Path(directory).glob({pattern})):
        path.rename(path.with_name(new + path.name.removeprefix(old)))
    {last}
"""
STATE = 'tf.train.update_checkpoint_state(directory, f"{directory}/{new}")'


def _renaming(pattern: str = 'f"{old}.*"', last: str = STATE) -> str:
    return RENAME.format(pattern=pattern, last=last)


AVERAGES = """
def restore_averages(session, prefix):
    names = {{{name}: variable for variable in tf.{variables}()}}
    tf.train.Saver(names).restore(session, prefix)
"""

WRONG_ANSWERS = {
    1: [
        WrongAnswer('left_out = ["moving_mean"]', "a slot for each variable"),
        WrongAnswer(
            'left_out = ["weights/Momentum", "bias/Momentum"]', "neither trained nor the optimizer"
        ),
        WrongAnswer(
            'left_out = ["moving_mean", "weights/Adam", "bias/Adam"]', "no variable bias/Adam"
        ),
        WrongAnswer('left_out = ["moving_mean", "bias"]', "bias is trained"),
    ],
    2: [
        WrongAnswer(_renaming(pattern='f"{old}*"'), "another checkpoint, whose name begins alike"),
        WrongAnswer(_renaming(last="pass"), "What does that read"),
        WrongAnswer(_renaming(pattern='f"{old}.index"'), "not all files"),
        WrongAnswer(
            _renaming(
                last='tf.train.update_checkpoint_state(directory, f"{directory}/model.ckpt-10")'
            ),
            "does not find it",
        ),
        WrongAnswer(
            "def rename(directory, old, new):\n    Path(old).rename(new)", "a file is not where"
        ),
    ],
    3: [
        WrongAnswer(
            AVERAGES.format(name="variable.op.name", variables="global_variables"),
            "has its own value",
        ),
        WrongAnswer(
            AVERAGES.format(
                name='f"{variable.op.name}/ExponentialMovingAverage"', variables="global_variables"
            ),
            "an average that it does not hold",
        ),
        WrongAnswer(
            AVERAGES.format(
                name='f"{variable.op.name}/ExponentialMovingAverage"',
                variables="trainable_variables",
            ),
            "given no value at all",
        ),
    ],
}
