"""Campaigns over HTTP: years of paper that are taken in over hours or days.

asked        which campaign a call is about, and who may make it
making       make one, see which there are
manifest     which files it has, and which of them are still wanted
content      the bytes of a file
standing     how it stands, and what failed
steering     pause, hurry, read again
coverage     what it covers and what it lacks, and its catalogue
acceptance   its sample, what people found, whether it passes
"""

from api.campaigns import acceptance, content, coverage, making, manifest, standing, steering

ROUTERS = (
    making.router,
    manifest.router,
    content.router,
    standing.router,
    steering.router,
    coverage.router,
    acceptance.router,
)
