"""Scripted evaluation suites: what engineers run before they change a prompt, a model or a tool."""
