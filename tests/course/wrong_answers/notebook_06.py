"""Wrong answers to the exercises of notebook 06."""

from tests.course.wrong_answers import WrongAnswer

FITS_BY_NAME = """
def restore_what_fits(session, prefix):
    {first}
    in_file = dict(tf.train.list_variables(prefix))
    fits = [
        variable
        for variable in tf.{variables}()
        if {condition}
    ]
    tf.train.Saver(fits).restore(session, prefix)
    {last}
"""
INITIALIZE = "session.run(tf.global_variables_initializer())"
SAME_SHAPE = "in_file.get(variable.op.name) == variable.shape.as_list()"


def _fitting(
    first: str = INITIALIZE,
    variables: str = "global_variables",
    condition: str = SAME_SHAPE,
    last: str = "pass",
) -> str:
    return FITS_BY_NAME.format(first=first, variables=variables, condition=condition, last=last)


REPAIR = """
def repair_state(directory):
    state = tf.train.get_checkpoint_state(directory)
    names = [Path(path).name for path in {old}]
    prefixes = [{prefix} for name in names]
    tf.train.update_checkpoint_state(directory, prefixes[{latest}], prefixes)
"""
OLD_LIST = "state.all_model_checkpoint_paths"
JOINED = 'f"{directory}/{name}"'

WRONG_ANSWERS = {
    1: [
        WrongAnswer("offset_of_c = 3 + 2", "you counted numbers"),
        WrongAnswer("offset_of_c = (3 + 2) * 4", "more than four bytes"),
        WrongAnswer("offset_of_c = (3 + 2) * 8", "fewer than eight bytes"),
        WrongAnswer("offset_of_c = 3 * 4", "the second tensor begins"),
        WrongAnswer("offset_of_c = 1", "1 is not it"),
    ],
    2: [
        WrongAnswer(
            "def restore_what_fits(session, prefix):\n"
            "    tf.train.Saver().restore(session, prefix)",
            "asks the file for a variable that it does not hold",
        ),
        WrongAnswer(_fitting(condition="variable.op.name in in_file"), "an array of another shape"),
        WrongAnswer(_fitting(first="pass"), "a variable is still empty"),
        WrongAnswer(_fitting(first="pass", last=INITIALIZE), "What ran last"),
        WrongAnswer(_fitting(variables="trainable_variables"), "not trainable"),
    ],
    3: [
        WrongAnswer("def repair_state(directory):\n    pass", "still leads to the old place"),
        WrongAnswer(
            "def repair_state(directory):\n    Path(directory, 'checkpoint').unlink()",
            "has no state file any more",
        ),
        WrongAnswer(
            REPAIR.format(old=f"sorted({OLD_LIST})", prefix=JOINED, latest=-1),
            "another checkpoint is the latest",
        ),
        WrongAnswer(
            REPAIR.format(old=f"{OLD_LIST}[-1:]", prefix=JOINED, latest=-1), "listed 3 checkpoints"
        ),
        WrongAnswer(
            REPAIR.format(old=OLD_LIST, prefix="str(Path(directory, name).absolute())", latest=-1),
            "move the copy once more",
        ),
    ],
}
