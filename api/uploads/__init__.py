"""An upload on its way in: from the bytes of a request to an order that the store can take.

limits       how much is taken
incoming     a folder for one upload, which is gone with it, however it ends
body         bytes onto the disk, piece by piece, hashed on the way
multipart    the form, piece by piece, into files of that folder
archive      ZIP files into their members
names        what a file is called
options      what else the form says
intake       all of it, from the files that came in to a job, or to a file of a campaign
"""
