"""Pixels in, records out."""
