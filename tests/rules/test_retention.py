import random

import pytest
import tensorflow.compat.v1 as tf

from helpers.kit.simulated_clock import simulated_clock
from helpers.rules.retention import Save, checkpoints_kept


def really_kept(directory, saves, **saver_arguments):
    """Make the saves with a real Saver and a simulated clock; return what is on disk each time."""
    history = []
    with tf.Graph().as_default(), tf.Session() as session, simulated_clock() as clock:
        variable = tf.get_variable("number", initializer=0.0)
        session.run(variable.initializer)
        saver = tf.train.Saver(**saver_arguments)
        hours = 0.0
        for save in saves:
            clock.move_on(save.hours - hours)
            hours = save.hours
            saver.save(session, str(directory / save.prefix), write_meta_graph=False)
            history.append(sorted(path.stem for path in directory.glob("*.index")))
    return history


def generated_saves(seed):
    """Return 30 saves, some under a prefix used before, at growing hours."""
    choose = random.Random(seed)
    hours = 0.0
    saves = []
    for number in range(30):
        hours += choose.choice([0.25, 0.5, 1, 5, 12])
        again = saves and choose.random() < 0.2
        prefix = choose.choice(saves).prefix if again else f"model.ckpt-{number}"
        saves.append(Save(prefix, hours))
    return saves


@pytest.mark.parametrize("seed", range(40))
def test_the_rule_keeps_what_a_real_saver_keeps(tmp_path, seed):
    choose = random.Random(1000 + seed)
    arguments = {"max_to_keep": choose.choice([None, 0, 1, 2, 3, 5, 7, -1])}
    if choose.random() < 0.5:
        arguments["keep_checkpoint_every_n_hours"] = choose.choice([0.5, 1, 6, 24])
    saves = generated_saves(seed)

    by_rule = [sorted(alive) for alive in checkpoints_kept(saves, **arguments)]

    assert by_rule == really_kept(tmp_path, saves, **arguments)


def test_the_defaults_are_the_savers_and_a_string_is_a_save_at_hour_0(tmp_path):
    names = [f"model.ckpt-{step}" for step in range(8)]
    saves = [Save(name) for name in names]
    assert checkpoints_kept(names)[-1] == really_kept(tmp_path, saves)[-1]
    assert checkpoints_kept([]) == []


def test_a_checkpoint_kept_for_good_was_saved_later_than_n_hours():
    saves = [Save("at", 1), Save("after", 1.5), Save("last", 2)]
    assert checkpoints_kept(saves, 1, keep_checkpoint_every_n_hours=1)[-1] == ["after", "last"]
