"""Wrong answers to the exercises of notebook 02."""

from tests.course.wrong_answers import WrongAnswer

LOOP = '[f"model.ckpt-{step}" for step in range(0, 200, 50)]'

WRONG_ANSWERS = {
    1: [
        WrongAnswer(f"prefixes = {LOOP}", "after the loop, is missing"),
        WrongAnswer(f'prefixes = {LOOP} + ["final-model.ckpt-200"]', "when the loop is over"),
        WrongAnswer(
            'prefixes = [f"model.ckpt-{step}" for step in range(0, 250, 50)]'
            ' + ["final-model.ckpt-199"]',
            "never gets to step 200",
        ),
        WrongAnswer(
            'prefixes = [f"model.ckpt-{step}" for step in range(50, 200, 50)]'
            ' + ["final-model.ckpt-199"]',
            "there are more",
        ),
        WrongAnswer('prefixes = ["model.ckpt-0.index"]', "names of files"),
        WrongAnswer('prefixes = "model.ckpt-0"', "a list of strings"),
        WrongAnswer(
            'prefixes = ["model.ckpt-1", "final-model.ckpt-199"]',
            "saves no checkpoint model.ckpt-1",
        ),
    ],
    2: [
        WrongAnswer(
            'def read_bias(data):\n    return np.frombuffer(data, "<f4")[-10:]',
            "at the end of the file",
        ),
        WrongAnswer(
            'def read_bias(data):\n    return np.frombuffer(data, "<f4")',
            "ten numbers are expected",
        ),
        WrongAnswer(
            'def read_bias(data):\n    return np.frombuffer(data, ">f4", count=10)',
            "these are other numbers",
        ),
        WrongAnswer(
            'def read_bias(data):\n    return np.frombuffer(data, "<f8", count=10)',
            "these are other numbers",
        ),
    ],
    3: [
        WrongAnswer(
            "def build_in_order():\n"
            "    model = build_classifier(seed=36)\n"
            "    loss = tf.nn.softmax_cross_entropy_with_logits(\n"
            "        labels=model.y_, logits=model.logits\n"
            "    )\n"
            "    saver = tf.train.Saver()\n"
            "    tf.train.AdamOptimizer().minimize(loss)\n"
            "    return saver",
            "leaves out 6 variables",
        ),
        WrongAnswer(
            "def build_in_order():\n    build_classifier(seed=36)\n    return tf.train.Saver()",
            "no AdamOptimizer",
        ),
        WrongAnswer(
            "def build_in_order():\n    return build_classifier(seed=36)", "a Saver is expected"
        ),
    ],
}
