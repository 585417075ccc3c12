from helpers.exercises.notebook_05 import (
    check_minutes_between_saves,
    check_remember,
    check_steps_again,
)
from helpers.rules.save_interval import best_interval
from tests.exercises.answers import RIGHT, each_is_told
from tests.exercises.remembering import REMEMBERING

test_answers = each_is_told(
    {
        check_steps_again: [
            (25, RIGHT),
            (0, "was not finished"),
            (75, "with that step it goes on"),
            (100, "there are older checkpoints"),
            (24, "24 is not it"),
        ],
        check_remember: REMEMBERING,
        check_minutes_between_saves: [
            (lambda seconds, days: best_interval(seconds / 60, days * 24 * 60), RIGHT),
            (best_interval, "Bring them to one unit first"),
            (lambda seconds, days: best_interval(seconds, days * 24 * 3600), "these are seconds"),
            (lambda seconds, days: (seconds * days * 24) ** 0.5, "a factor is missing"),
            (lambda seconds, days: 2 * seconds * days * 24, "what stands under the root"),
            (lambda seconds, days: 12.0, "12 is not it. That is what your function returns"),
        ],
    }
)
