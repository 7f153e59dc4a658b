"""A photo sent by a phone never takes the server's memory: what would is refused from its description alone."""

import io
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from palier.maintenance.photos import PhotoTooLarge, redrawn

# What the process may take beyond itself, file included, while it draws one photo anew.
MOST_MB = 160
MEASURE = """
import sys
from palier.maintenance.photos import PhotoTooLarge, redrawn

def status(name):
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith(name + ":"))

with open(sys.argv[1], "rb") as file:
    content = file.read()
before = status("VmRSS")
try:
    made = redrawn(content)
    said = f"{made.width}x{made.height}"
except PhotoTooLarge:
    said = "refused"
print(said, (status("VmHWM") - before) // 1024)
"""


def saved(image: Image.Image, kind: str, *, progressive: bool = False) -> bytes:
    """The file, to be turned by a quarter: that is what took memory."""
    out, exif = io.BytesIO(), Image.Exif()
    exif[0x0112] = 6
    image.save(out, kind, exif=exif, progressive=progressive)
    return out.getvalue()


def peak(content: bytes, folder: Path) -> tuple[str, int]:
    """What comes out, and the megabytes that it took at most, in a process of its own."""
    file = folder / "photo"
    file.write_bytes(content)
    run = subprocess.run(
        [sys.executable, "-c", MEASURE, str(file)], capture_output=True, text=True, check=True, timeout=60
    )
    said, taken = run.stdout.split()
    return said, int(taken)


@pytest.mark.parametrize(
    ("kind", "progressive", "side"), [("PNG", False, 7_700), ("WEBP", False, 7_700), ("JPEG", True, 7_700)]
)
def test_a_small_file_of_59_million_pixels_is_refused_before_they_are_drawn(
    tmp_path: Path, kind: str, progressive: bool, side: int
) -> None:
    content = saved(Image.new("RGB", (side, side), "red"), kind, progressive=progressive)
    assert len(content) < 1_000_000
    said, taken = peak(content, tmp_path)
    assert said == "refused"
    assert taken < 20


@pytest.mark.parametrize(
    ("kind", "mode", "progressive", "size", "made"),
    [
        ("PNG", "RGBA", False, (2_900, 2_900), "1280x1280"),
        ("WEBP", "RGBA", False, (2_900, 2_900), "1280x1280"),
        ("JPEG", "RGB", True, (4_000, 4_000), "1280x1280"),
        # Turned upright: the wide one becomes tall.
        ("JPEG", "RGB", False, (11_900, 5_000), "538x1280"),
        ("JPEG", "RGB", False, (12_000, 2_500), "267x1280"),
    ],
)
def test_the_largest_photo_of_each_kind_is_drawn_within_bounds(
    tmp_path: Path, kind: str, mode: str, progressive: bool, size: tuple[int, int], made: str
) -> None:
    said, taken = peak(saved(Image.new(mode, size, "red"), kind, progressive=progressive), tmp_path)
    assert said == made
    assert taken < MOST_MB


def test_a_jpeg_that_gives_its_colours_one_after_the_other_is_held_to_fewer_pixels() -> None:
    """Its pixels are held whole in memory until the last colour: the description of its first pass says so."""
    content = saved(Image.new("RGB", (11_900, 5_000), "red"), "JPEG")
    first_pass = content.index(b"\xff\xda")
    assert content[first_pass + 4] == 3
    one_colour = content[: first_pass + 4] + b"\x01" + content[first_pass + 5 :]
    with pytest.raises(PhotoTooLarge):
        redrawn(one_colour)


def test_a_photo_of_twelve_million_pixels_as_phones_take_them_is_received() -> None:
    made = redrawn(saved(Image.new("RGB", (4_032, 3_024), "red"), "JPEG"))
    assert (made.width, made.height) == (960, 1_280)
