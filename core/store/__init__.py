"""The durable store: the only door to the database, for the api and for the workers alike.

`open_store` gives a `Store`; everything else is a function that takes it, does one thing in one
transaction, and returns frozen values (`core.store.views`), never a row that is still attached.

    database     engines, the three kinds of transaction, the one clock
    tables       what is stored
    schema       bring a database up to date
    documents    bytes that are vouched for, bytes that may go
    submission   a job is accepted
    jobs         look at jobs, cancel, retry, delete
    runs         open a document, assemble its forms
    pages        claim a page, keep it, finish it, give it up
    takeover     what an earlier version left half-way
    sweeping     find the work that nobody is doing
    records      what was found, what people corrected
    deliveries   news for callback addresses
    keys         who may call

A function that leaves work to be done returns bells (`core.bells.Bell`). Ring them after it returned,
that is after the commit (`core.queue`). A bell that is lost costs time and nothing else: the sweeper
finds the work in the database.
"""

from core.store.database import Store, open_store
from core.store.schema import upgrade

__all__ = ["Store", "open_store", "upgrade"]
