"""What describes an edition: the data package, DCAT, schema.org, and how it is cited.

The package follows Data Package 2 (datapackage.org, 2024), the catalogue entry DCAT 3 (W3C
Recommendation of 22 August 2024), the other entry schema.org's ``Dataset``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from pipeline.codebook import Codebook, Column
from pipeline.dictionary import COLUMNS
from pipeline.editions import Edition, sha256
from pipeline.platforms import PARTIAL_DATE
from scraper.identity import Publisher

NAME = "suspension-record"
TITLE = "Suspension Record: public reports of marketplace account suspensions"
SAYS = (
    "Facts coded from what freelancers wrote in public about losing their account on a "
    "marketplace: what the platform did, what it stated, how it answered, how it ended. A "
    "report is what one person said. Shares are of reports on record, never of all users."
)
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
AUTHOR = "The Suspension Record contributors"
KEYWORDS = (
    *("account suspension", "online labour platforms", "statement of reasons"),
    "platform transparency",
)

TABLE_TITLES = {
    "reports": "One person's telling of one action; what of it was coded",
    "cases": "One action; several reports may tell of it",
    "evidence": "Where in a text a coded value stands: offsets and a hash, no words",
    "letters": "A stock message of a platform that several reports quote or retell",
    "figures": "One published number, with its interval, counts, method and cases",
    "links": "Two reports that are one case, perhaps are, or are not",
    "retired": "A case that went into another one",
    "corrections": "A value that a person changed, and why",
    "confirmations": "A value that a person found right",
    "second_codings": "A value coded a second time, blind, beside the record's own",
    "dictionary": "One column of these tables: what it holds and how it is written",
    "codes": "One code of a closed list: what it means",
}

PRIMARY = {
    "reports": "report_id",
    "cases": "case_id",
    "letters": "letter_id",
    "figures": "figure_id",
    "retired": "case_id",
}

OF_REPORTS = {
    "evidence": ("report_id",),
    "links": ("report_a", "report_b"),
}
"""Columns that name a report which is in the table of reports."""

_FIGURE_NUMBERS = (
    *("value", "low", "high", "numerator", "if_unknown_no", "if_unknown_yes"),
    *("without_largest", "without_numerator"),
)
_INTEGERS = {
    "reports": ("codebook_edition",),
    "cases": ("codebook_edition",),
    "evidence": ("start", "end"),
    "figures": ("denominator", "unknown", "without_denominator"),
    "letters": ("reports", "cases"),
    "dictionary": ("edition",),
    "codes": ("edition",),
}
_KINDS = {
    "platform": "a platform's code",
    "code": "one code",
    "codes": "codes joined by |",
    "number": "a number",
    "numbers": "numbers joined by |",
    "date": "YYYY, YYYY-MM or YYYY-MM-DD",
    "text": "free",
    "events": "dated steps joined by |",
}


def dictionary(tables: Mapping[str, pd.DataFrame], codebook: Codebook) -> pd.DataFrame:
    """A row per column of *tables*: what it holds, its unit, how it is written, its codes."""
    made = [
        _explained(name, str(column), codebook)
        for name, table in tables.items()
        for column in table
    ]
    columns = ["table", "column", "definition", "unit", "written", "list", "edition"]
    return pd.DataFrame(made, columns=columns, dtype=str)


def _explained(table: str, column: str, codebook: Codebook) -> dict[str, str]:
    said = COLUMNS.get(f"{table}.csv", {}).get(column)
    if said or column not in codebook.columns:
        told = {"table": table, "column": column, "definition": said or ""}
        return told | {"unit": "", "written": "", "list": "", "edition": "1"}
    known = codebook.columns[column]
    return {
        "table": table,
        "column": column,
        "definition": f"{known.label['en']}. {known.definition}",
        "unit": known.unit,
        "written": _KINDS[known.kind],
        "list": known.list,
        "edition": str(known.edition),
    }


def codes(codebook: Codebook) -> pd.DataFrame:
    """A row per code of the codebook's lists."""
    made = [
        (name, code.code, code.label["en"], code.definition, str(code.edition))
        for name, entry in codebook.lists.items()
        for code in entry.code
    ]
    columns = ["list", "code", "label", "definition", "edition"]
    return pd.DataFrame(made, columns=columns, dtype=str)


def package(
    day: str, tables: Mapping[str, pd.DataFrame], codebook: Codebook, publisher: Publisher
) -> dict[str, Any]:
    """``datapackage.json`` of the edition of *day*, its resources without size and hash."""
    told = {(row["table"], row["column"]): row for row in _rows(tables["dictionary"])}
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": NAME,
        "title": TITLE,
        "description": SAYS,
        "version": day,
        "created": f"{day}T00:00:00Z",
        **_homepage(day, publisher),
        "licenses": [{"name": "CC-BY-4.0", "path": LICENCE}],
        "contributors": [{"title": AUTHOR, "roles": ["creator"]}],
        "keywords": list(KEYWORDS),
        "resources": [
            {
                "name": name,
                "type": "table",
                "title": TABLE_TITLES[name],
                "path": f"{name}.csv",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "schema": _schema(name, table, told, codebook),
            }
            for name, table in tables.items()
        ],
    }


def _homepage(day: str, publisher: Publisher) -> dict[str, str]:
    return {"homepage": address(day, publisher)} if publisher.address else {}


def address(day: str, publisher: Publisher) -> str:
    """Where the edition of *day* is published; "" where the publisher gives no address."""
    return f"{publisher.address.rstrip('/')}/releases/{day}/" if publisher.address else ""


def _rows(table: pd.DataFrame) -> list[dict[str, str]]:
    return [{str(key): str(cell) for key, cell in row.items()} for row in table.to_dict("records")]


def _schema(
    name: str,
    table: pd.DataFrame,
    told: Mapping[tuple[str, str], Mapping[str, str]],
    codebook: Codebook,
) -> dict[str, Any]:
    fields = [
        {
            "name": str(column),
            **_type(name, str(column), codebook),
            **_definition(told, name, column),
        }
        for column in table.columns
    ]
    schema: dict[str, Any] = {"fields": fields, "missingValues": [""]}
    if name in PRIMARY:
        schema["primaryKey"] = [PRIMARY[name]]
    keys = [
        {"fields": [column], "reference": {"resource": "reports", "fields": ["report_id"]}}
        for column in OF_REPORTS.get(name, ())
    ]
    return schema | ({"foreignKeys": keys} if keys else {})


def _definition(
    told: Mapping[tuple[str, str], Mapping[str, str]], table: str, column: str
) -> dict[str, str]:
    said = told.get((table, column), {}).get("definition", "")
    return {"description": said} if said else {}


def _type(table: str, column: str, codebook: Codebook) -> dict[str, Any]:
    """The type of a column and what its cells keep to."""
    if column == PRIMARY.get(table):
        return {"type": "string", "constraints": {"required": True}}
    if column in _INTEGERS.get(table, ()):
        return {"type": "integer"}
    if table == "figures" and column in _FIGURE_NUMBERS:
        return {"type": "number"}
    known = codebook.columns.get(column) if table in ("reports", "cases") else None
    if known:
        return _coded(known, codebook)
    return {"type": "string"}


def _coded(column: Column, codebook: Codebook) -> dict[str, Any]:
    if column.kind == "number":
        return {"type": "number"}
    if column.kind == "date":
        return {"type": "string", "constraints": {"pattern": PARTIAL_DATE.strip("^$")}}
    if column.kind == "code":
        return {"type": "string", "constraints": {"enum": list(codebook.allowed(column.name))}}
    if column.kind == "codes":
        one = "|".join(map(re.escape, codebook.allowed(column.name)))
        return {"type": "string", "constraints": {"pattern": rf"({one})(\|({one}))*"}}
    return {"type": "string"}


def sized(described: Mapping[str, Any], edition: Edition) -> dict[str, Any]:
    """*described*, a data package, with size and hash of each file as it stands now."""
    resources = []
    for resource in described["resources"]:
        content = (edition.folder / resource["path"]).read_bytes()
        facts = {"bytes": len(content), "hash": f"sha256:{sha256(content)}"}
        resources.append({**resource, **facts})
    return {**described, "resources": resources}


def dcat(described: Mapping[str, Any], files: Mapping[str, str]) -> dict[str, Any]:
    """The package as a DCAT data set in JSON-LD; *files* are media types by path."""
    return {
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
            "foaf": "http://xmlns.com/foaf/0.1/",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
        },
        "@id": described.get("homepage", "./"),
        "@type": "dcat:Dataset",
        "dct:title": {"@value": described["title"], "@language": "en"},
        "dct:description": {"@value": described["description"], "@language": "en"},
        "dct:issued": {"@value": described["version"], "@type": "xsd:date"},
        "dct:license": {"@id": LICENCE},
        "dct:creator": {"@type": "foaf:Agent", "foaf:name": AUTHOR},
        "dcat:version": described["version"],
        "dcat:keyword": [{"@value": word, "@language": "en"} for word in KEYWORDS],
        "dcat:distribution": [
            {
                "@type": "dcat:Distribution",
                "dct:title": path,
                "dcat:downloadURL": {"@id": described.get("homepage", "") + path},
                "dcat:mediaType": {"@id": f"https://www.iana.org/assignments/media-types/{media}"},
            }
            for path, media in files.items()
        ],
    }


def schema_org(described: Mapping[str, Any], files: Mapping[str, str]) -> dict[str, Any]:
    """The package as schema.org's ``Dataset`` in JSON-LD; *files* are media types by path."""
    home = described.get("homepage", "")
    return {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "name": described["title"],
        "description": described["description"],
        **({"url": home} if home else {}),
        "version": described["version"],
        "datePublished": described["version"],
        "license": LICENCE,
        "isAccessibleForFree": True,
        "creator": {"@type": "Organization", "name": AUTHOR},
        "keywords": list(KEYWORDS),
        "distribution": [
            {"@type": "DataDownload", "contentUrl": home + path, "encodingFormat": media}
            for path, media in files.items()
        ],
    }


def citation(day: str, publisher: Publisher) -> dict[str, str]:
    """How the edition of *day* is cited, by file name: plain, BibTeX, and CFF."""
    home = address(day, publisher)
    year, month, _ = day.split("-")
    plain = f"{AUTHOR} ({year}). {TITLE}. Release of {day}" + (f", {home}" if home else "")
    url = f"  url = {{{home}}},\n" if home else ""
    return {
        "citation.txt": f"{plain}. Licence CC BY 4.0.\n",
        "citation.bib": (
            f"@misc{{{NAME}-{day},\n"
            f"  author = {{{{{AUTHOR}}}}},\n"
            f"  title = {{{{{TITLE}}}}},\n"
            f"  year = {{{year}}},\n"
            f"  month = {{{int(month)}}},\n"
            f"  version = {{{day}}},\n"
            f"{url}"
            f"  note = {{Release of {day}, CC BY 4.0}}\n"
            "}\n"
        ),
        "CITATION.cff": (
            "cff-version: 1.2.0\n"
            'message: "If you use this edition of the record, please cite it as below."\n'
            f'title: "{TITLE}"\n'
            "type: dataset\n"
            f'authors:\n  - name: "{AUTHOR}"\n'
            f'version: "{day}"\n'
            f"date-released: {day}\n"
            "license: CC-BY-4.0\n" + (f'url: "{home}"\n' if home else "")
        ),
    }
