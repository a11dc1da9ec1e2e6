"""How results are told: the results document, summaries, charts and reports."""
