from helpers.kit.progress import progress


def test_every_item_comes_once_and_the_line_says_how_far_it_is(capsys):
    seen = []
    for item in progress([1, 64], "MB"):
        seen.append(item)
        print(f"<{item}>", end="")
    assert seen == [1, 64]
    told = capsys.readouterr().out.split("\r")[1:]
    # Each line covers the one before.
    assert [line.split("]")[1].rstrip("\n") for line in told] == [
        " 0 of 2, now 1 MB        <1>",
        " 1 of 2, now 64 MB       <64>",
        " 2 of 2, done            ",
    ]
    assert [line.count("#") for line in told] == [0, 15, 30]
    assert list(progress([])) == []
    assert "0 of 0, done" in capsys.readouterr().out
