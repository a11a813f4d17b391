"""Chart: a picture that readers of SVG take."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

from bench.chart import Chart, Curve, write_chart

_SVG = "{http://www.w3.org/2000/svg}"


def test_chart_has_its_points_between_whole_decades(tmp_path: Path) -> None:
    path = tmp_path / "docs" / "growth.svg"
    points = [(10.0, 0.05), (1000.0, 0.5), (1_000_000.0, 40.0)]
    write_chart(path, [Chart("members <each>", "seconds", Curve(points))])
    picture = ElementTree.parse(path).getroot()
    assert [float(circle.attrib["cx"]) for circle in picture.iter(f"{_SVG}circle")] == [62.0, 182.0, 362.0]
    heights = [float(circle.attrib["cy"]) for circle in picture.iter(f"{_SVG}circle")]
    assert heights == sorted(heights, reverse=True)
    texts = [text.text for text in picture.iter(f"{_SVG}text")]
    assert texts == [
        *("10", "100", "1 k", "10 k", "100 k", "1 M"),
        *("0.01", "0.1", "1", "10", "100"),
        *("members <each>", "seconds"),
    ]


def test_curve_within_one_decade_has_an_axis(tmp_path: Path) -> None:
    path = tmp_path / "one.svg"
    write_chart(path, [Chart("x", "y", Curve([(10.0, 1.0)]))])
    circle = next(ElementTree.parse(path).getroot().iter(f"{_SVG}circle"))
    assert (circle.attrib["cx"], circle.attrib["cy"]) == ("62.0", "250.0")
