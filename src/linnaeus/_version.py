"""The one place where the version stands: the package, its metadata and the records read it here."""

__version__ = "0.2.0"
