"""Addresses of the areas of clients, a module each; clients.urls joins them."""
