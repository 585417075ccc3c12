"""Nothing changes unread: every text was read over beside the cells that it speaks of."""

import json
from pathlib import Path

import pytest

from tests.course.read_over import changes, digests, unread_changes
from tests.course.sound_course import write_course


def test_everything_has_been_read_over() -> None:
    assert not (unread := list(unread_changes())), "\n".join(unread)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("`saver.save` returns", "`saver.save` never returns", 'text "saved-text", says something'),
        ("model.ckpt-40.meta, acc", "model.ckpt-41.meta, acc", 'section "1.2 Save", has other'),
        ("steps = 50", "steps = 500", 'section "1.2 Save", has other'),
        ("closed-text", "closed-words", 'text "closed-words", was never read over'),
        ("closed-text", "closed-words", 'text "closed-text", is gone'),
        ("## 1.2 Save", "## 1.2 Saving", 'section "1.2 Saving", was never read over'),
    ],
)
def test_a_change_is_found(tmp_path: Path, old: str, new: str, said: str) -> None:
    path = write_course(tmp_path)
    before = digests(path)
    assert not list(changes(path.name, digests(path), before))
    changed = path.read_text(encoding="utf-8").replace(old, new)
    assert json.loads(changed) != json.loads(path.read_text(encoding="utf-8"))
    path.write_text(changed, encoding="utf-8")
    found = list(changes(path.name, digests(path), before))
    assert any(one.startswith(f"{path.name}, {said}") for one in found), found


def test_a_change_in_a_document_is_found(tmp_path: Path) -> None:
    path = tmp_path / "README.md"
    path.write_text("# Title\n\nOne.\n\n## Part\n\nIt is fast.\n", encoding="utf-8")
    before = digests(path)
    path.write_text("# Title\n\nOne.\n\n## Part\n\nIt is slow.\n", encoding="utf-8")
    [found] = changes("README.md", digests(path), before)
    assert found.startswith('README.md, text "## Part", says something else')
    assert "--record README.md" in found


def test_a_change_in_a_docstring_is_found(tmp_path: Path) -> None:
    path = tmp_path / "mnist.py"
    code = (
        'class Images:\n    def load(self):\n        """Pixels from 0 to 1."""\n        return 1\n'
    )
    path.write_text(code, encoding="utf-8")
    before = digests(path)
    path.write_text(code.replace("to 1.", "to 255.").replace("return 1", "return 2"), "utf-8")
    [found] = changes("mnist.py", digests(path), before)
    assert found.startswith('mnist.py, text "Images.load", says something else')
