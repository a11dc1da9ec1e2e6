import pytest


@pytest.fixture
def quick_reports(monkeypatch):
    """Leave out the drawing of reports, which takes most of the time; other tests look at it."""
    import patrolwise.study.writing as writing

    monkeypatch.setattr(writing, "make_report_html", lambda results: "<p>report</p>")
    monkeypatch.setattr(writing, "make_report_pdf", lambda results: b"%PDF")
