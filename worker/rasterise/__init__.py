"""A file goes in, its pages come out as pixels.

`document.open_document` is the way in. Hostile bytes are only ever parsed in a confined child process
(`confined`, `child`); nothing is imported here, so that the child starts without OpenCV.
"""
