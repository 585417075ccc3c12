from helpers.figures.many_machines import many_machines_figure


def test_each_way_is_a_line_of_its_own():
    machines, shares = [1, 10, 100], {"one": [0.1, 0.2, 0.5], "all": [0.1, 0.11, 0.12]}
    (axes,) = many_machines_figure(machines, shares).axes
    drawn = [(list(line.get_xdata()), list(line.get_ydata())) for line in axes.get_lines()]
    assert drawn == [(machines, [10, 20, 50]), (machines, [10, 11, 12])]
    assert len({line.get_linestyle() for line in axes.get_lines()}) == 2
    assert [text.get_text().strip() for text in axes.texts] == ["one", "all"]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["1", "10", "100"]
    assert axes.get_xlabel() == "machines"
    assert "%" in axes.get_ylabel()
