"""Scrapy's settings for one source: obey, ask slowly, keep, and say who asks."""

from __future__ import annotations

from typing import Any

from scraper.sources import Source

MEMORY = 1024
"""Megabytes that a crawl may take; a source that is open when it has more is left."""


def settings(source: Source, agent: str) -> dict[str, Any]:
    """The settings of the crawler of *source*, which says that it is *agent*."""
    middlewares = "scrapy.downloadermiddlewares"
    return {
        "TWISTED_REACTOR": "twisted.internet.asyncioreactor.AsyncioSelectorReactor",
        "USER_AGENT": agent,
        "ROBOTSTXT_OBEY": True,
        # one request at a time; sources that share a host are visited one after another
        "CONCURRENT_REQUESTS": 1,
        "CONCURRENT_ITEMS": 1,  # so many tasks are made for each page
        "WARN_ON_GENERATOR_RETURN_VALUE": False,  # it parses the spider for each page
        "DOWNLOAD_DELAY": source.delay,
        "DOWNLOAD_DELAY_JITTER": 0,
        "AUTOTHROTTLE_ENABLED": True,
        "AUTOTHROTTLE_START_DELAY": source.delay,
        "DOWNLOAD_HANDLERS": dict.fromkeys(("http", "https"), "scraper.download.Download"),
        "DOWNLOAD_TIMEOUT": source.timeout,
        "DOWNLOAD_MAXSIZE": source.max_response,
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        "MEMUSAGE_LIMIT_MB": MEMORY,
        "MEMUSAGE_CHECK_INTERVAL_SECONDS": 5,
        "REDIRECT_MAX_TIMES": 5,
        "RETRY_TIMES": 2,
        "RETRY_PRIORITY_ADJUST": 1,  # a page is asked for again before others are
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
            f"{middlewares}.redirect.RedirectMiddleware": None,
            "scraper.politeness.Redirect": 600,
            f"{middlewares}.httpcache.HttpCacheMiddleware": None,
            "scraper.cache.ArchiveCache": 900,
            "scraper.screen.Screen": 950,
        },
        "EXTENSIONS": {
            "scrapy.extensions.remote_control.RemoteControl": None,
            "scrapy.extensions.memusage.MemoryUsage": None,
            "scraper.memory.Memory": 0,
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
