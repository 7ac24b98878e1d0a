"""Importers of a merchant's own files; each takes an open store and reports what became of every row."""

from store.importing.layouts import import_recognised, recognise_files
from store.importing.report import ImportReport, Rejection
from store.importing.reviews_file import import_reviews
from store.importing.sales_file import import_sales
from store.importing.sql_source import import_sql

__all__ = [
    "ImportReport",
    "Rejection",
    "import_recognised",
    "import_reviews",
    "import_sales",
    "import_sql",
    "recognise_files",
]
