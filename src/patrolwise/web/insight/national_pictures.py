"""The charts of a national comparison as files of their own, taken from the pack's page."""

import re
from typing import Any

from patrolwise.reporting.blocks import Document, Figure, Section, Subheading

PICTURE = re.compile(r"[a-z0-9-]{1,80}\.svg")


def take_pictures(page: Document) -> tuple[dict[str, bytes], dict[str, list[dict[str, Any]]]]:
    """Return all charts of a page as files, and where each belongs.

    Parameters
    ----------
    page : Document
        Each of its figures drawn wide, then narrow.

    Returns
    -------
    files : dict
        Name → SVG.
    parts : dict
        Section → its parts, each with title and pictures: caption, description and files, with
        name, width and height in CSS pixels.
    """
    files: dict[str, bytes] = {}
    parts = {section.id: _take_section(section, files) for section in page.sections}
    return files, {key: found for key, found in parts.items() if found}


def _take_section(section: Section, files: dict[str, bytes]) -> list[dict[str, Any]]:
    parts: list[dict[str, Any]] = [{"title": "", "pictures": []}]
    number = 0
    for block in section.blocks:
        if isinstance(block, Subheading):
            parts.append({"title": block.text, "pictures": []})
        if isinstance(block, Figure):
            number += 1
            parts[-1]["pictures"].append(_take_figure(block, f"{section.id}-{number}", files))
    return [part for part in parts if part["pictures"]]


def _take_figure(figure: Figure, name: str, files: dict[str, bytes]) -> dict[str, Any]:
    drawn = []
    for drawing in figure.drawings:
        file = f"{name}-{drawing.width:.0f}.svg"
        files[file] = drawing.svg.encode()
        drawn.append({"name": file, "width": round(drawing.width), "height": round(drawing.height)})
    return {"caption": figure.caption, "description": figure.description, "files": drawn}
