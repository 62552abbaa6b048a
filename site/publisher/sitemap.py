"""What tells search engines which pages there are (sitemaps.org), and that all may be read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lxml import etree

from publisher.outputs import Output

SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"


def sitemap_outputs(paths: Iterable[str], site: str) -> Iterator[Output]:
    """``robots.txt``, and of a site whose address is known the map of all *paths*."""
    rules = "User-agent: *\nAllow: /\n"
    if site:
        listed = sorted(set(paths))
        yield Output("sitemap.xml", [listed, site], lambda: sitemap(listed, site))
        rules += f"\nSitemap: {site}sitemap.xml\n"
    yield Output("robots.txt", rules, lambda: rules)


def sitemap(paths: Iterable[str], site: str) -> bytes:
    """The pages at *paths* of *site* as XML."""
    tree = etree.Element(f"{{{SITEMAP}}}urlset", nsmap={None: SITEMAP})
    for path in paths:
        place = etree.SubElement(etree.SubElement(tree, f"{{{SITEMAP}}}url"), f"{{{SITEMAP}}}loc")
        place.text = f"{site}{path}"
    return bytes(etree.tostring(tree, encoding="utf-8", xml_declaration=True, pretty_print=True))
