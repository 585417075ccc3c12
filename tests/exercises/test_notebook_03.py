from helpers.exercises.notebook_03 import check_gigabytes, check_left, check_remember
from tests.exercises.answers import RIGHT, each_is_told
from tests.exercises.remembering import REMEMBERING

LEFT = [f"model.ckpt-{step}" for step in (200, 300, 400, 500)]

test_answers = each_is_told(
    {
        check_left: [
            (LEFT, RIGHT),
            (["model.ckpt-0", "model.ckpt-100", *LEFT[:2]], "which end of the list"),
            (["model.ckpt-100", *LEFT], "5 are too many or too few"),
            ([*LEFT[1:], "model.ckpt-600"], "saves no checkpoint with the prefix 'model.ckpt-600'"),
        ],
        check_gigabytes: [
            (12, RIGHT),
            (2 * (3 + 2), "between two saves"),
            (2 * (3 + 1), "put aside"),
            (3 + 1 + 2, "number of checkpoints"),
            (6.5, "fullest moment"),
        ],
        check_remember: REMEMBERING,
    }
)
