"""The README tells the truth: every setting that is read, and no other; every command that there is."""

import ast
import re

from tests.clean_process import ROOT

# Names the file itself, so it can't stand in it.
NOT_IN_THE_EXAMPLE = {"ENV_FILE"}


def settings_read() -> set[str]:
    """Return the environment variables that settings.py reads."""
    found = set()
    for node in ast.walk(ast.parse((ROOT / "storefront" / "settings.py").read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            reads = ast.unparse(node.func.value) in {"env", "os.environ"} and node.func.attr != "read_env"
            first = node.args[0]
            if reads and isinstance(first, ast.Constant) and isinstance(first.value, str):
                found.add(first.value)
    assert "SECRET_KEY" in found
    return found


def settings_in_the_readme() -> set[str]:
    """Return the variables that stand, in backticks, in the first column of a table."""
    rows = re.findall(r"^\|([^|]*)\|", (ROOT / "README.md").read_text(), re.MULTILINE)
    return {name for first in rows for name in re.findall(r"`([A-Z][A-Z0-9_]{2,})`", first)}


def test_the_readme_explains_every_setting_and_no_other() -> None:
    assert settings_in_the_readme() == settings_read()


def test_the_example_file_names_every_setting_and_no_other() -> None:
    lines = (ROOT / ".env.example").read_text()
    named = set(re.findall(r"^#?([A-Z][A-Z0-9_]*)=", lines, re.MULTILINE))
    assert named == settings_read() - NOT_IN_THE_EXAMPLE


def test_every_make_target_in_the_readme_exists_and_every_public_one_is_in_it() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE))
    named = set(re.findall(r"\bmake ([a-z][a-z-]*)", (ROOT / "README.md").read_text()))
    assert {"run", "test"} <= named
    assert named <= targets
    assert {"run", "test", "lint", "lock", "clean"} <= targets


def test_every_path_the_readme_names_exists() -> None:
    text = (ROOT / "README.md").read_text()
    named = re.findall(r"`([a-z_.]+(?:/[a-z_.]+)*/?)`", text)
    paths = [name for name in named if "/" in name.rstrip("/") or name.endswith((".py", ".md", ".toml", "/"))]
    assert paths
    # What stands in var/ is made when the shop runs.
    assert [name for name in paths if not name.startswith("var/") and not (ROOT / name).exists()] == []
