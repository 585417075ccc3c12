"""Wrong answers to the exercises of notebook 05."""

from tests.course.wrong_answers import WrongAnswer

WRONG_ANSWERS = {
    1: [
        WrongAnswer("steps_again = 0", "was not finished"),
        WrongAnswer("steps_again = 75", "with that step it goes on"),
        WrongAnswer("steps_again = 100", "there are older checkpoints"),
        WrongAnswer("steps_again = 24", "24 is not it"),
    ],
    2: [
        WrongAnswer(
            """
def remember(saver):
    state = tf.train.get_checkpoint_state(".")
    if state is not None:
        saver.recover_last_checkpoints(state.all_model_checkpoint_paths)
""",
            "How is its path spelled",
        ),
        WrongAnswer(
            """
def remember(saver):
    state = tf.train.get_checkpoint_state(".")
    saver.recover_last_checkpoints(state.all_model_checkpoint_paths)
""",
            "without a state file, your function fails",
        ),
        WrongAnswer(
            """
def remember(saver):
    latest = tf.train.latest_checkpoint(".")
    if latest is not None:
        saver.recover_last_checkpoints([Path(latest).name])
""",
            "knows of the newest only",
        ),
        WrongAnswer("def remember(saver):\n    pass", "knows of no checkpoint"),
    ],
    3: [
        WrongAnswer(
            "def minutes_between_saves(seconds, days):\n    return best_interval(seconds, days)",
            "Bring them to one unit first",
        ),
        WrongAnswer(
            "def minutes_between_saves(seconds, days):\n"
            "    return best_interval(seconds, days * 24 * 3600)",
            "these are seconds",
        ),
        WrongAnswer(
            "def minutes_between_saves(seconds, days):\n"
            "    return (seconds / 60 * days * 24 * 60) ** 0.5",
            "a factor is missing",
        ),
        WrongAnswer(
            "def minutes_between_saves(seconds, days):\n"
            "    return 2 * (seconds / 60) * (days * 24 * 60)",
            "what stands under the root",
        ),
    ],
}
