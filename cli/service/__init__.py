"""The whole service on one machine: its processes under one supervisor."""
