"""Finders of personal data in a text, one kind of writing a module."""
