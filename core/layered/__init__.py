"""The searchable double-layer PDF: the scan as it came, and under it what was read, invisible.

Enters: the original file, its extraction document and, where at hand, the readings of its pages with
their lines. Leaves: one PDF with the same pages. `layer.write_layered_pdf` is the way in.
"""
