import numpy as np

from helpers.exercises.notebook_08 import (
    check_minutes_between_saves,
    check_prefix_of,
    check_steps_lost,
)
from helpers.rules.save_interval import best_interval
from tests.exercises.answers import RIGHT, each_is_told


def others_at(place, chief="{directory}/ckpt"):
    """Return an answer that puts the chief at one place and the others at another."""

    def prefix_of(worker, directory):
        return (place if worker else chief).format(worker=worker, directory=directory)

    return prefix_of


def interval(minutes, machines=1):
    """Return an answer that takes the failures to be so many minutes apart."""
    return lambda count, cost, days: best_interval(cost, minutes(count, days)) / machines


test_answers = each_is_told(
    {
        check_steps_lost: [
            (21, RIGHT),
            (np.int64(21), RIGHT),
            (21.0, RIGHT),
            (7, "the chief's own"),
            (14, "after the kill"),
            (0, "a new chief restores"),
            (22, "22 is not it"),
        ],
        check_prefix_of: [
            (others_at("{directory}-aside-{worker}/ckpt"), RIGHT),
            (others_at("{directory}/aside/{worker}/ckpt"), RIGHT),
            (others_at("{directory}-{worker}/ckpt", "{directory}/0/ckpt"), "must write run/ckpt"),
            (others_at("{directory}/ckpt-{worker}"), "where only the chief may"),
            (others_at("aside/ckpt"), "two of the workers"),
            (others_at("aside-{worker}/ckpt", "run/ckpt"), "it is not always run"),
            (others_at("aside-{worker}/ckpt"), "share one place"),
        ],
        check_minutes_between_saves: [
            (interval(lambda count, days: days * 1440 / count), RIGHT),
            (interval(lambda count, days: days * 1440), "for one machine"),
            (interval(lambda count, days: days * 1440 * count), "not less"),
            (interval(lambda count, days: days / count), "to one unit"),
            (interval(lambda count, days: days * 1440, machines=50), "under the root"),
            (lambda *_: 1.5, "1.5 is not it"),
        ],
    }
)
