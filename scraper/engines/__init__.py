"""One module per engine: pure functions from a page to posts and next links.

Each module has the same few names:

``read(page, source) -> Reading``
    What the page gives. Raises ``EngineError`` and nothing else, whatever the page holds.
``first(source) -> tuple[str, ...]`` (optional)
    The addresses that the walk begins at, where the start addresses that a person copies
    from a browser are not the ones to ask. Without it they are ``source.start``.
``HOSTS`` (optional)
    Hosts of its APIs that the walk may visit beside those of the start addresses.
``REFUSALS`` (optional)
    Statuses other than 200 whose pages ``read`` wants to see too: it knows another way.
"""
