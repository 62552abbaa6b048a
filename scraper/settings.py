"""Scrapy's settings for one source: obey, ask slowly, keep, and say who asks."""

from __future__ import annotations

from typing import Any

from scraper.sources import Source

LARGEST = 10 * 1024 * 1024
"""Bytes; a longer response is not taken."""


def settings(source: Source, agent: str) -> dict[str, Any]:
    """The settings of the crawler of *source*, which says that it is *agent*."""
    middlewares = "scrapy.downloadermiddlewares"
    return {
        "TWISTED_REACTOR": "twisted.internet.asyncioreactor.AsyncioSelectorReactor",
        "USER_AGENT": agent,
        "ROBOTSTXT_OBEY": True,
        # one request at a time; sources that share a host are visited one after another
        "CONCURRENT_REQUESTS": 1,
        "DOWNLOAD_DELAY": source.delay,
        "DOWNLOAD_DELAY_JITTER": 0,
        "AUTOTHROTTLE_ENABLED": True,
        "AUTOTHROTTLE_START_DELAY": source.delay,
        "DOWNLOAD_TIMEOUT": 60,
        "DOWNLOAD_MAXSIZE": LARGEST,
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        "RETRY_TIMES": 2,
        "RETRY_GIVE_UP_LOG_LEVEL": "DEBUG",
        "HTTPCACHE_ENABLED": True,
        "HTTPCACHE_STORAGE": "scraper.cache.ArchiveStorage",
        "HTTPCACHE_POLICY": "scraper.cache.Revalidate",
        "HTTPERROR_ALLOW_ALL": True,
        "DOWNLOADER_MIDDLEWARES": {
            f"{middlewares}.offsite.OffsiteMiddleware": None,
            "scraper.politeness.AtHome": 50,
            f"{middlewares}.robotstxt.RobotsTxtMiddleware": None,
            "scraper.politeness.Robots": 100,
            f"{middlewares}.retry.RetryMiddleware": None,
            "scraper.politeness.RetryAfter": 550,
            f"{middlewares}.httpcache.HttpCacheMiddleware": None,
            "scraper.cache.ArchiveCache": 900,
        },
        "EXTENSIONS": {
            "scrapy.extensions.remote_control.RemoteControl": None,
            "scrapy.extensions.telnet.TelnetConsole": None,
            "scrapy.extensions.throttle.AutoThrottle": None,
            "scraper.politeness.Throttle": 0,
        },
        # encodings that every WARC tool undoes
        "DEFAULT_REQUEST_HEADERS": {
            "Accept": "text/html,application/json,application/xml;q=0.9,*/*;q=0.8",
            "Accept-Encoding": "gzip, deflate",
            "Accept-Language": ", ".join(source.langs),
        },
        "COOKIES_ENABLED": False,
        "REFERER_ENABLED": False,
        "METAREFRESH_ENABLED": False,
        "SCHEDULER_MEMORY_QUEUE": "scrapy.squeues.FifoMemoryQueue",
        "LOG_LEVEL": "ERROR",
    }
