"""A spoilt exchange file is answered by demandes or a sentence; ./dev drill wrong_applications does 10,000."""

import random
from pathlib import Path

from tests.drills.wrong_applications import SOUND, answer_of, spoilt


def test_three_hundred_spoilt_files_give_no_traceback(tmp_path: Path) -> None:
    rng = random.Random(4)
    path = tmp_path / "demandes.xml"
    answers = set()
    for _ in range(300):
        path.write_bytes(spoilt(rng))
        answers.add(answer_of(path))
    assert answers == {"READ", "REFUSED", "FILE"}


def test_the_sound_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "demandes.xml"
    path.write_text(SOUND, encoding="utf-8")
    assert answer_of(path) == "READ"
