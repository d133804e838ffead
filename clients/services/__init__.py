"""Writes across client models: one module for each noun, functions named `verb_object`."""
