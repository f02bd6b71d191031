"""Fonts of the PDF. DejaVu has the letters of all European languages; the one that
reportlab brings stands in where it is not installed, with western letters alone."""

from pathlib import Path

import reportlab
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

FOLDERS = ("/usr/share/fonts/truetype/dejavu", "/usr/share/fonts/TTF")
BUNDLED = Path(reportlab.__file__).parent / "fonts"


def _file(installed: str, bundled: str) -> Path:
    found = (Path(folder, installed) for folder in FOLDERS)
    return next((path for path in found if path.exists()), BUNDLED / bundled)


def _register(name: str, path: Path) -> str:
    pdfmetrics.registerFont(TTFont(name, str(path)))
    return name


BODY = _register("FinSync", _file("DejaVuSans.ttf", "Vera.ttf"))
BOLD = _register("FinSync-Bold", _file("DejaVuSans-Bold.ttf", "VeraBd.ttf"))
