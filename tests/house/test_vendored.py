"""What others made and this tree carries is listed with its origin, its licence and its digest."""

import tomllib
from hashlib import sha256

import pytest
from tests.house.tree import SOURCE, named, project_files

with (SOURCE / "vendored.toml").open("rb") as _file:
    THINGS: list[dict[str, str | dict[str, str]]] = tomllib.load(_file)["vendored"]
DIGESTS = {name: digest for thing in THINGS for name, digest in dict(thing["files"]).items()}
LICENCES = {str(thing["licence_file"]) for thing in THINGS if "licence_file" in thing}
# Made here from the fonts: the letters that they draw.
OURS = {"mail/fonts/coverage.txt"}


@pytest.mark.parametrize("name", DIGESTS)
def test_a_vendored_file_is_the_one_that_was_listed(name: str) -> None:
    assert sha256((SOURCE / name).read_bytes()).hexdigest() == DIGESTS[name]


def test_every_file_made_by_others_is_listed() -> None:
    carried = {
        path.relative_to(SOURCE).as_posix()
        for path in project_files()
        if SOURCE in path.parents and {"vendor", "fonts"} & set(path.parts)
    }
    assert carried - OURS == set(DIGESTS) | LICENCES


def test_every_thing_says_what_it_is_and_under_which_licence() -> None:
    for thing in THINGS:
        assert {"name", "version", "origin", "licence", "files"} <= set(thing), thing.get("name")
        if "licence_file" in thing:
            assert (SOURCE / str(thing["licence_file"])).is_file()


def test_no_font_or_minified_file_hides_elsewhere() -> None:
    hidden = [
        named(path)
        for path in project_files()
        if path.suffix in {".otf", ".ttf", ".woff", ".woff2"} or ".min." in path.name
        if not {"vendor", "fonts"} & set(path.parts)
    ]
    assert hidden == []
