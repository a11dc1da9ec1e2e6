"""Hold awards as JSON and as CSV against 360Giving's schemas; see try_open_data.sh."""

import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from libcove.config import LibCoveConfig
from libcove.lib.common import SchemaJsonMixin, common_checks_context
from libcove.lib.converters import convert_spreadsheet

GRANT, PACKAGE = "360-giving-schema.json", "360-giving-package-schema.json"
CONFIG = {
    "root_list_path": "grants",
    "root_id": "",
    "id_name": "id",
    "convert_titles": True,
    "hashcomments": True,
    "flatten_tool": {"disable_local_refs": False, "remove_empty_schema_columns": False},
}


class Schemas(SchemaJsonMixin):
    """The schemas of a folder, where libcove looks for them."""

    schema_name, pkg_schema_name = GRANT, PACKAGE
    pkg_schema_url, extended = "", False

    def __init__(self, folder: Path, work: Path) -> None:
        self.schema_host = f"{work}/"
        self.schema_str = (folder / GRANT).read_text("utf-8")
        package = json.loads((folder / PACKAGE).read_text("utf-8"))
        package["properties"]["grants"]["items"]["$ref"] = str(work / GRANT)
        self.pkg_schema_str = json.dumps(package)
        (work / GRANT).write_text(self.schema_str, "utf-8")
        (work / PACKAGE).write_text(self.pkg_schema_str, "utf-8")


def read_sheet(path: Path, work: Path) -> dict[str, Any]:
    """Return the grants of a sheet as flattentool makes them."""
    config = LibCoveConfig()
    config.config.update(CONFIG)
    copy = shutil.copy(path, work / "grants.csv")
    schemas = {"schema_url": str(work / GRANT), "pkg_schema_url": str(work / PACKAGE)}
    made = convert_spreadsheet(str(work), "", str(copy), "csv", config, **schemas)
    return json.loads(Path(made["converted_path"]).read_text("utf-8"))


def check(path: Path, folder: Path) -> tuple[list[dict[str, Any]], int]:
    """Return the grants of a file and how many faults libcove finds; tell them."""
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        schemas = Schemas(folder, work)
        kind = path.suffix.removeprefix(".")
        data = json.loads(path.read_text("utf-8")) if kind == "json" else read_sheet(path, work)
        given = {"file_type": kind}
        found = common_checks_context(str(work), data, schemas, PACKAGE, given)["context"]
    faults, unknown = found["validation_errors_count"], found["additional_fields_count"]
    tell(f"{path.name}: {len(data['grants'])} grants, {faults} errors, {unknown} unknown fields")
    for error, places in found["validation_errors"]:
        tell(f"  {json.loads(error)['message']}: {places[0].get('path', '')}")
    return data["grants"], faults + unknown


def tell(line: str) -> None:
    """Write a line."""
    sys.stdout.write(f"{line}\n")


def main(folder: Path, package: Path, sheet: Path) -> int:
    """Check both files and that they tell the same; return the exit code."""
    told, faults = check(package, folder)
    lines, more = check(sheet, folder)
    is_same = told == lines
    tell(f"The sheet tells what the package tells: {'yes' if is_same else 'NO'}")
    return int(bool(faults or more or not is_same))


if __name__ == "__main__":
    sys.exit(main(*(Path(argument) for argument in sys.argv[1:])))
