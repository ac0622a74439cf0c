"""How a record is written, whatever it is of: JSON that a person can read and git can tell apart line by line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pushbench.errors import PushbenchError


def write_record(document: Mapping[str, Any], path: Path) -> None:
    """What the disk refuses is one line that names the file."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    except OSError as error:
        raise PushbenchError(f"{path}: cannot be written: {error.strerror}") from None
