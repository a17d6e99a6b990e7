"""Campaigns over HTTP.

making       which there are
coverage     what one covers and what it lacks, and its catalogue
acceptance   its sample, what people found, whether it passes
"""

from api.campaigns import acceptance, coverage, making

ROUTERS = (making.router, coverage.router, acceptance.router)
