"""Files made to harm whoever opens or keeps them: one function a kind, each with a number that varies it."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from random import Random
from typing import Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream, String
from PIL import Image
from PIL.PngImagePlugin import PngInfo

# The antivirus industry's harmless test file, in two pieces so that no scanner stops at this one.
EICAR: Final = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
SCRIPT: Final = b"<script>alert('palier')</script>"
PLACE: Final = b"PLACE-48.8566-2.3522"


def picture(number: int, kind: str = "JPEG", **options: object) -> bytes:
    out = io.BytesIO()
    image = Image.new("RGB", (60 + number, 40 + number), (number * 7 % 256, 80, 160))
    image.save(out, kind, **options)
    return out.getvalue()


def _place(number: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F] = PLACE.decode()
    exif[0x0112] = 1 + number % 8
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2], gps[3], gps[4] = "N", (48.0, 51.0, float(number)), "E", (2.0, 21.0, 7.0)
    return exif


def _archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("secret.html", SCRIPT.decode())
    return out.getvalue()


def paper(change: Callable[[pikepdf.Pdf], None] | None = None, pages: int = 1, **options: object) -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as document:
        for _ in range(pages):
            document.add_blank_page(page_size=(200, 200))
            document.pages[-1].Contents = Stream(document, b"0 0 m 100 100 l S")
        if change:
            change(document)
        document.save(out, **options)
    return out.getvalue()


def jpeg_with_place(number: int) -> bytes:
    return picture(number, exif=_place(number))


def png_with_place(number: int) -> bytes:
    written = PngInfo()
    written.add_text("Comment", PLACE.decode(), zip=bool(number % 2))
    return picture(number, "PNG", exif=_place(number), pnginfo=written)


def webp_with_place(number: int) -> bytes:
    return picture(number, "WEBP", exif=_place(number), xmp=b"<x:xmpmeta>" + PLACE + b"</x:xmpmeta>")


def jpeg_then_archive(number: int) -> bytes:
    return picture(number) + _archive()


def png_then_page(number: int) -> bytes:
    return picture(number, "PNG") + b"<html>" + SCRIPT * (number + 1) + b"</html>"


def jpeg_then_eicar(number: int) -> bytes:
    return picture(number) + EICAR


def jpeg_with_comment(number: int) -> bytes:
    return picture(number, comment=SCRIPT + EICAR)


def eicar_alone(number: int) -> bytes:
    return EICAR + b" " * number


def drawing_with_script(number: int) -> bytes:
    return b"<svg xmlns='http://www.w3.org/2000/svg'>" + SCRIPT * (number + 1) + b"</svg>"


def page_named_pdf(number: int) -> bytes:
    return b"%PDF-1." + str(number % 8).encode() + b"\n<html>" + SCRIPT + b"</html>"


def program(number: int) -> bytes:
    return (b"MZ", b"\x7fELF", b"#!/bin/sh\n", b"\xca\xfe\xba\xbe")[number % 4] + bytes(200 + number)


def office_file(number: int) -> bytes:
    return _archive() + bytes(number)


def pdf_with_script(number: int) -> bytes:
    def change(document: pikepdf.Pdf) -> None:
        action = Dictionary(S=Name.JavaScript, JS=String(SCRIPT.decode()))
        if number % 2:
            document.Root.OpenAction = action
        else:
            document.pages[0].AA = Dictionary(O=action)
        document.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("a"), action])))

    return paper(change)


def pdf_with_attachment(number: int) -> bytes:
    def change(document: pikepdf.Pdf) -> None:
        document.attachments["eicar.com"] = pikepdf.AttachedFileSpec(document, EICAR + bytes(number))

    return paper(change)


def pdf_that_launches(number: int) -> bytes:
    def change(document: pikepdf.Pdf) -> None:
        action = (
            Dictionary(S=Name.Launch, F=String("cmd.exe"))
            if number % 2
            else Dictionary(S=Name.URI, URI=String("http://exemple.invalid/" + SCRIPT.decode()))
        )
        note = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 200, 200]), A=action)
        document.pages[0].Annots = document.make_indirect(Array([note]))

    return paper(change)


def pdf_form(number: int) -> bytes:
    def change(document: pikepdf.Pdf) -> None:
        xfa = Stream(document, b"<xdp>" + SCRIPT * (number + 1) + b"</xdp>")
        document.Root.AcroForm = Dictionary(Fields=Array([]), XFA=document.make_indirect(xfa))

    return paper(change)


def pdf_about_someone(number: int) -> bytes:
    def change(document: pikepdf.Pdf) -> None:
        with document.open_metadata() as written:
            written["dc:description"] = PLACE.decode() + str(number)
        document.docinfo["/Author"] = String(PLACE.decode())

    return paper(change)


def _with_image(raw: bytes, **entries: object) -> bytes:
    def change(document: pikepdf.Pdf) -> None:
        image = Stream(document, raw)
        image.stream_dict = Dictionary(Type=Name.XObject, Subtype=Name.Image, BitsPerComponent=8, **entries)
        document.pages[0].Resources = Dictionary(XObject=Dictionary(I=document.make_indirect(image)))
        document.pages[0].Contents = Stream(document, b"q 100 0 0 100 0 0 cm /I Do Q")

    return paper(change, compress_streams=False)


def pdf_photo_with_place(number: int) -> bytes:
    raw = picture(number, exif=_place(number), comment=PLACE, progressive=bool(number % 2))
    return _with_image(
        raw + _archive(), Width=60 + number, Height=40 + number, ColorSpace=Name.DeviceRGB, Filter=Name.DCTDecode
    )


def pdf_of_many_pixels(number: int) -> bytes:
    return _with_image(
        zlib.compress(bytes(1000)), Width=50_000, Height=50_000 + number, ColorSpace=Name.DeviceGray,
        Filter=Name.FlateDecode,
    )  # fmt: skip


def pdf_bomb(number: int) -> bytes:
    size = (200 + number) * 1024 * 1024
    squeezed, packed = zlib.compressobj(9), list[bytes]()
    for _ in range(size // 2**20):
        packed.append(squeezed.compress(bytes(2**20)))
    raw = b"".join([*packed, squeezed.flush()])
    filters: object = Name.FlateDecode
    if number % 2:
        raw, filters = zlib.compress(raw, 9), Array([Name.FlateDecode, Name.FlateDecode])

    def change(document: pikepdf.Pdf) -> None:
        bomb = Stream(document, b"")
        bomb.write(raw, filter=filters)
        document.pages[0].Contents = document.make_indirect(bomb)

    return paper(change, compress_streams=False)


def pdf_of_too_many_pages(number: int) -> bytes:
    return paper(pages=31 + number)


def pdf_locked(number: int) -> bytes:
    return paper(encryption=pikepdf.Encryption(owner="a", user=f"b{number}"))


def pdf_that_turns_round(number: int) -> bytes:
    return paper(pages=1 + number % 3).replace(b"/Kids [", b"/Kids [ 2 0 R 1 0 R ", 1)


def jpeg_of_two_hundred_megapixels(number: int) -> bytes:
    given = bytearray(picture(number, progressive=bool(number % 2)))
    at = max(given.find(b"\xff\xc0"), given.find(b"\xff\xc2"))
    given[at + 5 : at + 9] = struct.pack("!HH", 10_000 + number, 20_000)
    return bytes(given)


def png_of_fifty_thousand_pixels(number: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack("!I", len(data)) + kind + data + struct.pack("!I", zlib.crc32(kind + data))

    head = struct.pack("!IIBBBBB", 50_000, 50_000 - number, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes(6_251 * 200), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def png_that_unfolds(number: int) -> bytes:
    written = PngInfo()
    written.add_text("Comment", "0" * 60_000_000, zip=True)
    return picture(number, "PNG", pnginfo=written)


def cut_short(number: int) -> bytes:
    whole = paper() if number % 2 else jpeg_with_place(number)
    return whole[: max(5, len(whole) * (number % 9 + 1) // 10)]


def spoilt(number: int) -> bytes:
    draw = Random(number)
    given = bytearray(pdf_photo_with_place(number) if number % 2 else jpeg_with_place(number))
    for _ in range(1 + number % 20):
        given[draw.randrange(5, len(given))] = draw.randrange(256)
    return bytes(given)


KINDS: Final[tuple[Callable[[int], bytes], ...]] = (
    jpeg_with_place, png_with_place, webp_with_place, jpeg_then_archive, png_then_page, jpeg_then_eicar,
    jpeg_with_comment, eicar_alone, drawing_with_script, page_named_pdf, program, office_file, pdf_with_script,
    pdf_with_attachment, pdf_that_launches, pdf_form, pdf_about_someone, pdf_photo_with_place, pdf_of_many_pixels,
    pdf_bomb, pdf_of_too_many_pages, pdf_locked, pdf_that_turns_round, jpeg_of_two_hundred_megapixels,
    png_of_fifty_thousand_pixels, png_that_unfolds, cut_short, spoilt,
)  # fmt: skip
