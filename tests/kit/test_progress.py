from helpers.kit.progress import progress


def test_every_item_comes_once_and_the_line_says_how_far_it_is(capsys):
    seen = []
    for item in progress([1, 64], "MB"):
        seen.append(item)
        print(f"<{item}>", end="")
    assert seen == [1, 64]
    told = capsys.readouterr().out.split("\r")
    assert [line.split("]")[1].strip() for line in told[1:]] == [
        "0 of 2, now 1 MB        <1>",
        "1 of 2, now 64 MB       <64>",
        "2 of 2, done",
    ]
    assert [line.count("#") for line in told[1:]] == [0, 15, 30]


def test_each_line_covers_the_one_before(capsys):
    list(progress(["a long name"]))
    lines = capsys.readouterr().out.rstrip("\n").split("\r")
    assert len(set(map(len, lines[1:]))) == 1


def test_nothing_to_do_is_done(capsys):
    assert list(progress([])) == []
    assert "0 of 0, done" in capsys.readouterr().out
