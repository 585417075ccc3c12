"""Wrong answers to the exercises of notebook 03."""

from tests.course.wrong_answers import WrongAnswer

WRONG_ANSWERS = {
    1: [
        WrongAnswer(
            'left = [f"model.ckpt-{step}" for step in (0, 100, 200, 300)]', "which end of the list"
        ),
        WrongAnswer(
            'left = [f"model.ckpt-{step}" for step in (100, 200, 300, 400, 500)]',
            "5 are too many or too few",
        ),
        WrongAnswer(
            'left = ["model.ckpt-300", "model.ckpt-400", "model.ckpt-500", "model.ckpt-600"]',
            "never saves model.ckpt-600",
        ),
    ],
    2: [
        WrongAnswer("gigabytes = 2 * (3 + 2)", "between two saves"),
        WrongAnswer("gigabytes = 2 * (3 + 1)", "put aside"),
        WrongAnswer("gigabytes = 3 + 1 + 2", "number of checkpoints"),
        WrongAnswer("gigabytes = 6.5", "fullest moment"),
    ],
    3: [
        WrongAnswer(
            "def remember(saver):\n"
            '    state = tf.train.get_checkpoint_state(".")\n'
            "    saver.recover_last_checkpoints(state.all_model_checkpoint_paths)",
            "without a state file, your function fails",
        ),
        WrongAnswer(
            "def remember(saver):\n    pass",
            "still knows of no checkpoint",
        ),
        WrongAnswer(
            "def remember(saver):\n"
            '    latest = tf.train.latest_checkpoint(".")\n'
            "    if latest is not None:\n"
            "        saver.recover_last_checkpoints([latest])",
            "knows of the newest only",
        ),
        WrongAnswer(
            "def remember(saver):\n"
            '    state = tf.train.get_checkpoint_state(".")\n'
            "    if state is not None:\n"
            "        saver.recover_last_checkpoints(\n"
            "            list(reversed(state.all_model_checkpoint_paths))\n"
            "        )",
            "are left",
        ),
    ],
}
