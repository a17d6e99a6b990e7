"""Draws evaluation forms with exact truth: as born-digital PDF, and as scans of it.

`content → layouts → typeset → paginate → draw → damage → sets`, each stage a function on frozen values. Everything random comes
from a seeded generator that is handed in, so one seed always makes the same bytes on the same machine.
"""
