import pytest


@pytest.fixture
def quick_reports(monkeypatch):
    """Leave out the drawing of reports, which takes most of the time; other tests look at it."""
    from patrolwise.study import patrol_writing, writing

    monkeypatch.setattr(writing, "make_report_html", lambda results: "<p>report</p>")
    monkeypatch.setattr(writing, "make_report_pdf", lambda results: b"%PDF")
    monkeypatch.setattr(patrol_writing, "lay_out_html", lambda document: "<p>report</p>")
    monkeypatch.setattr(patrol_writing, "lay_out_pdf", lambda document: b"%PDF")
