"""Whole public pages as finished bytes, answered before Django begins.

Kept in: each process's memory, at most PAGE_STORE_MB. Fresh for: as long as the mirror's version stays, at most a
minute. Usable when stale: for two seconds while it is made anew beside the requests, and for as long as it can't be.
Refreshed by: the next request, and for the most wanted pages by a thread.

A page is made from its key and nothing else: no cookie, no host, no parameter that its view doesn't name ever reaches
the code that makes it. So one visitor's page can't hold what belongs to another.
"""
