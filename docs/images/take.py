"""Take the pictures that both READMEs show, from the built book: ``make site`` first, then run this file."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

from PIL import Image
from playwright.sync_api import FloatRect, Page, sync_playwright

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "_build" / "html" / "book" / "loss" / "mapping.html"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
MARGIN = 16
PICTURES = {
    "proof.png": ("#equation-token-loss", ".texsor-verdict >> nth=1"),
    "terms.png": ("table.texsor-terms", "table.texsor-terms"),
}
"""What each picture starts and ends with."""


def main() -> None:
    """Crop each picture at two device pixels a CSS pixel."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = chromium.new_page(viewport={"width": 1440, "height": 9000}, device_scale_factor=2, color_scheme="light")
        page.goto(PAGE.as_uri())
        page.wait_for_timeout(1000)  # the theme moves its sidebars after loading
        for name, ends in PICTURES.items():
            _save(page.screenshot(clip=_clip(page, *ends)), HERE / name)
        chromium.close()


def _clip(page: Page, first: str, last: str) -> FloatRect:
    """From the top of one thing to the bottom of another, as wide as the text."""
    top, bottom, text = (page.locator(name).first.bounding_box() for name in (first, last, "article section"))
    if top is None or bottom is None or text is None:
        raise LookupError(f"{PAGE} shows no {first} or no {last}: build the book first, with make site")
    y = top["y"] - MARGIN
    height = bottom["y"] + bottom["height"] + MARGIN - y
    return {"x": text["x"] - MARGIN, "y": y, "width": text["width"] + 2 * MARGIN, "height": height}


def _save(taken: bytes, path: Path) -> None:
    """128 colours look the same here and take less than half of the bytes."""
    picture = Image.open(io.BytesIO(taken)).convert("RGB").quantize(128, dither=Image.Dither.NONE)
    picture.save(path, optimize=True)


if __name__ == "__main__":
    main()
