"""Hot spots policing with a third-party street outreach service, as a library.

The package does nothing when it is imported: no file is read, no heavy library is loaded.
Start at `patrolwise.study.evaluate_programme`, or at the command line: ``patrolwise --help``.
"""

__version__ = "0.1.0"
