"""Holds YAML files against the schemas of `kjx schema --out SCHEMAS`: schema_check.py KINDS SCHEMAS FOLDER...

KINDS is what `kjx schema` prints: which kind of file lies where. Prints a line a file: `good PATH`, `bad PATH: why`,
`none PATH` when no kind claims it. The YAML is read as version 1.2 has it, which is what editors do.
"""

import fnmatch
import json
import pathlib
import re
import sys

import jsonschema
import yaml


class Loader(yaml.SafeLoader):
    """YAML 1.2's core schema: no times, no sexagesimal numbers, no `yes`; a key twice is an error."""

    yaml_implicit_resolvers = {}

    def construct_mapping(self, node, deep=False):
        keys = [self.construct_scalar(key) for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise yaml.YAMLError(f"'{key}' stands twice")
        return {key: self.construct_object(value, deep=True) for key, (_, value) in zip(keys, node.value)}


for tag, form, first in [
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("int", r"[-+]?[0-9]+", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+.0123456789"),
]:
    Loader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"^({form})$"), list(first))
Loader.add_constructor("tag:yaml.org,2002:int", lambda loader, node: int(node.value))
Loader.add_constructor("tag:yaml.org,2002:map", Loader.construct_mapping)


def kind_of(path, kinds):
    """The kind whose pattern is the path's end; the most precise one."""
    found = None
    for kind, pattern in kinds:
        end = "/".join(path.parts[-len(pattern.split("/")) :])
        if fnmatch.fnmatchcase(end, pattern) and (found is None or pattern.count("/") > found[1].count("/")):
            found = (kind, pattern)
    return found and found[0]


def verdict(path, validator):
    try:
        value = yaml.load(path.read_bytes(), Loader)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        return f"bad {path}: {str(error).splitlines()[0]}"
    error = jsonschema.exceptions.best_match(validator.iter_errors(value))
    if error is None:
        return f"good {path}"
    place = "/".join(map(str, error.absolute_path)) or "the file"
    return f"bad {path}: {place}: {error.message.splitlines()[0][:200]}"


def main():
    kinds = [tuple(line.split()) for line in pathlib.Path(sys.argv[1]).read_text().splitlines()]
    validators = {}
    for kind, _ in kinds:
        schema = json.loads((pathlib.Path(sys.argv[2]) / f"{kind}.schema.json").read_text())
        jsonschema.Draft7Validator.check_schema(schema)
        validators[kind] = jsonschema.Draft7Validator(schema)
    for folder in map(pathlib.Path, sys.argv[3:]):
        for path in sorted(p for p in folder.rglob("*") if p.suffix in (".yaml", ".lock") and p.is_file()):
            kind = kind_of(path, kinds)
            print(verdict(path, validators[kind]) if kind else f"none {path}")


main()
