"""The preview workbench: a page on this computer that shows the next issue and lets it be edited.

    server    a socket, uvicorn, the loop: worker, watcher and pages together
    app       which address answers what; guard.py: who is answered at all
    bench     what is shown: the last good version, what is wrong now, when to build
    builder   hands orders to worker.py, a process that builds, so that the page never waits
    orders    what the worker does: build the issue asked for (issue.py), or save an edit
    editing   a click → the issue file; toml_text.py: TOML changed in place, comments kept
    watcher   files that change
    variants  the mail in dark, without pictures, …; inbox.py: how inboxes cut its lines
    page      the page itself: one HTML, one style sheet, one script, no build step

docs/workbench.md says what it is for.
"""
