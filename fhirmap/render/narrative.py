"""The narrative of a resource: its own elements as XHTML, every word escaped.

https://hl7.org/fhir/R4/narrative.html: `text.div` with nothing in it but paragraphs and a list.
"""

from __future__ import annotations

import html
import re
from typing import Any

_SKIPPED = frozenset({"resourceType", "id", "meta", "identifier", "extension", "text", "contained"})
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def narrate(resource: dict[str, Any]) -> dict[str, str]:
    """The `text` of a resource (status `generated`).

    >>> narrate({"resourceType": "Organization", "name": "A <b> & C"})["div"]
    '<div xmlns="http://www.w3.org/1999/xhtml"><p>Organization</p><ul><li>name: A &lt;b&gt; &amp; C</li></ul></div>'
    """
    lines = ((_label(name), words(value)) for name, value in resource.items() if name not in _SKIPPED and name[0] != "_")
    items = "".join(f"<li>{name}: {_escape(line)}</li>" for name, line in lines if line)
    title = f"<p>{_label(resource['resourceType'])}</p>"
    return {"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{title}{f"<ul>{items}</ul>" if items else ""}</div>'}


def paragraph(text: str) -> dict[str, str]:
    """A narrative of one paragraph, for the sections of a document."""
    return {"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml"><p>{_escape(text)}</p></div>'}


def _escape(text: str) -> str:
    return html.escape(_NOT_XML.sub("\ufffd", text), quote=False)


def _label(name: str) -> str:
    """`valueQuantity` as people read it: `value quantity`; a resource type keeps its words."""
    return (
        re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name) if name[0].isupper() else re.sub(r"(?<=[a-z])([A-Z])", lambda m: " " + m[1].lower(), name)
    )


def words(value: Any) -> str:
    """Any element in words: a concept's text, a quantity with its unit, a period, a reference's display."""
    if isinstance(value, list):
        return "; ".join(filter(None, map(words, value)))
    if not isinstance(value, dict):
        return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)
    if "value" in value and "system" in value and "unit" in value:
        return f"{value.get('comparator', '')}{value['value']} {value['unit']}"
    if "start" in value or "end" in value:
        return " to ".join(dict.fromkeys(filter(None, (value.get("start"), value.get("end")))))
    for name in ("text", "display"):
        if isinstance(value.get(name), str):
            return str(value[name])
    if "coding" in value:
        return words(value["coding"])
    if "reference" in value:
        return ""
    return ", ".join(
        filter(None, (words(item) for name, item in value.items() if name not in {"extension", "url", "system"} and name[0] != "_"))
    )
