"""Accuracy and speed, measured on material that is drawn for it."""
