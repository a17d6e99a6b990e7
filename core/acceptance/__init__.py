"""Accepting a campaign: what of it is looked at by people, and whether it passes."""
