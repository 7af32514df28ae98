from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.main import get_command

from counterfoil import __version__
from counterfoil.cli import app
from counterfoil.config import Settings

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def code(page: Path) -> Iterator[str]:
    """Every line of a code block, and every inline code span."""
    text = page.read_text("utf-8")
    for block in re.findall(r"```\w*\n(.*?)```", text, flags=re.DOTALL):
        yield from block.splitlines()
    yield from re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))


def known_commands() -> set[str]:
    """Every command path of the command line, such as `counterfoil sandbox paytrace`."""
    found = set()

    def walk(command: object, path: str) -> None:
        found.add(path)
        for name, child in getattr(command, "commands", {}).items():
            walk(child, f"{path} {name}")

    walk(get_command(app), "counterfoil")
    return found


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), flags=re.MULTILINE))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_names_only_commands_that_exist(page: Path) -> None:
    known, targets = known_commands(), make_targets()
    for line in code(page):
        words = line.strip().removeprefix("$ ").split()
        if words[:1] == ["make"] and len(words) > 1:
            assert words[1] in targets, line
        if words[:1] == ["counterfoil"] and len(words) > 1:
            path = [word for word in words if re.fullmatch(r"[a-z-]+", word) and not word.startswith("-")]
            assert any(" ".join(path[:count]) in known for count in range(len(path), 1, -1)), line


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_links_only_to_what_exists(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text("utf-8")):
        if not target.startswith(("http://", "https://")):
            assert (page.parent / target).exists(), target


def test_every_command_stands_in_the_reference() -> None:
    page = (ROOT / "docs" / "reference" / "commands.md").read_text("utf-8")
    groups = {
        "counterfoil",
        *(
            f"counterfoil {name}"
            for name in (
                "agent",
                "breakers",
                "bulk",
                "alerts",
                "audit-trail",
                "connectors",
                "database",
                "dead-letters",
                "disputes",
                "flows",
                "foxpro",
                "notify",
                "paytrace",
                "paytrace effects",
                "paytrace push",
                "paytrace routes",
                "review",
                "sagepro",
                "sandbox",
            )
        ),
    }
    assert [command for command in sorted(known_commands() - groups) if f"`{command}`" not in page] == []


def test_every_setting_stands_in_the_reference_with_its_default() -> None:
    page = (ROOT / "docs" / "reference" / "commands.md").read_text("utf-8")
    for name, field in Settings.model_fields.items():
        row = next(line for line in page.splitlines() if f"`COUNTERFOIL_{name.upper()}`" in line)
        assert (str(field.default) or "empty") in row


def test_the_changelog_and_the_package_agree_on_the_version() -> None:
    declared = re.search(r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text("utf-8"), re.MULTILINE)
    assert declared is not None
    assert declared.group(1) == __version__
