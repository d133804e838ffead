"""Helpers of the web layer without models: htmx, pages, forms, errors, publishing."""
