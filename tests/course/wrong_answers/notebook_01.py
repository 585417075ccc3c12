"""Wrong answers to the exercises of notebook 01."""

from tests.course.wrong_answers import WrongAnswer

WRONG_ANSWERS = {
    1: [
        WrongAnswer("numbers_to_save = 784 * 10", "weights alone"),
        WrongAnswer("numbers_to_save = 4 * (784 * 10 + 10)", "counted bytes"),
        WrongAnswer("numbers_to_save = 2", "2 is not it"),
    ],
    2: [
        WrongAnswer("learning_rate_for_mean = 0.1", "batch of 100 images"),
        WrongAnswer("learning_rate_for_mean = 0.001", "rate on the sum"),
        WrongAnswer("learning_rate_for_mean = 0.001 / 50", "you divided"),
        WrongAnswer("learning_rate_for_mean = 50", "50 is not it"),
    ],
    3: [
        WrongAnswer(
            """
def share_right(answers, digits):
    return (answers == digits).mean()
""",
            "ten numbers are expected",
        ),
        WrongAnswer(
            """
def share_right(answers, digits):
    return [(answers[digits == digit] != digit).mean() for digit in range(10)]
""",
            "the model got wrong",
        ),
        WrongAnswer(
            """
def share_right(answers, digits):
    return [((answers == digits) & (digits == digit)).mean() for digit in range(10)]
""",
            "divide by all images",
        ),
        WrongAnswer(
            """
def share_right(answers, digits):
    return [
        (digits[answers == digit] == digit).mean() if (answers == digit).any() else 0
        for digit in range(10)
    ]
""",
            "group by the model's answer",
        ),
    ],
}
