"""Importers of a merchant's own files; each takes an open store and reports what became of every row."""

from store.importing.online_retail import import_online_retail
from store.importing.report import ImportReport, Rejection
from store.importing.reviews_file import import_reviews
from store.importing.sales_file import import_sales

__all__ = ["ImportReport", "Rejection", "import_online_retail", "import_reviews", "import_sales"]
