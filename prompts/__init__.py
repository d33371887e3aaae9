"""Prompt templates as files; a missing or extra variable fails when a template is loaded."""
