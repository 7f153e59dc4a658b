"""A spoilt file of a bank is answered by figures or a sentence; ./dev drill wrong_bank_files does 10,000."""

import random
from pathlib import Path

from tests.drills.wrong_bank_files import answer_of, sound_files, spoilt


def test_three_hundred_spoilt_files_give_no_traceback(tmp_path: Path) -> None:
    rng = random.Random(4)
    files = sound_files(tmp_path)
    answers = set()
    for _ in range(300):
        path = tmp_path / "releve"
        path.write_bytes(spoilt(rng, files[rng.choice(sorted(files))]))
        answers.add(answer_of(path))
    assert answers == {"READ", "REMARKED", "REFUSED"}


def test_each_sound_file_is_read(tmp_path: Path) -> None:
    for name, content in sound_files(tmp_path).items():
        path = tmp_path / "releve"
        path.write_bytes(content)
        # The schema of pain.002 is not carried: that is told.
        assert answer_of(path) == ("REMARKED" if name == "pain.002" else "READ"), name
