"""Files that were typed and not scanned (DOCX, XLSX, OFD), as pages.

A reader (`docx`, `xlsx`) tells what a file holds as `blocks`, `flow` lays that out on `sheet`s of paper; a file that has
pages of its own (`ofd`) says its sheets itself. `draw` makes pixels of a sheet, and tells its characters. All of it is
only done in the confined child (`worker.rasterise`), one page at a time.
"""
