"""Coverage XML: which lines ran, in Cobertura's format, which Please reads."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping


def coverage_xml(lines: Mapping[str, tuple[set[int], set[int]]], paths: Mapping[str, str]) -> bytes:
    """Return the XML.

    Args:
        lines: Names in the zip -> the lines that ran, and all lines that can.
        paths: Names in the zip -> paths in the repository, which the XML has.
    """
    root = ElementTree.Element("coverage")
    package = ElementTree.SubElement(ElementTree.SubElement(root, "packages"), "package", name="function")
    classes = ElementTree.SubElement(package, "classes")
    for name in sorted(lines):
        ran, known = lines[name]
        rate = f"{len(ran) / len(known):.4f}" if known else "1"
        path = paths.get(name, name)
        file = ElementTree.SubElement(classes, "class", {"name": path, "filename": path, "line-rate": rate})
        of_file = ElementTree.SubElement(file, "lines")
        for number in sorted(known):
            ElementTree.SubElement(of_file, "line", number=str(number), hits=str(int(number in ran)))
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))
