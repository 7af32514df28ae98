from __future__ import annotations

import re
from datetime import time, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from counterfoil.cli import app as cli
from counterfoil.sandbox.paytrace.outcomes import Reason
from counterfoil.sandbox.paytrace.rows import State
from counterfoil.sandbox.paytrace.settings import AutoVoid, Permission, RequiredField, Settings
from counterfoil.sandbox.paytrace.settings_file import SettingsFileError, read_settings
from counterfoil.sandbox.paytrace.triggers import Trigger

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "paytrace-sandbox.md"


def written(folder: Path, text: str) -> Path:
    path = folder / "sandbox.yaml"
    path.write_text(text, "utf-8")
    return path


def test_the_pages_example_is_read(tmp_path: Path) -> None:
    example = re.search(r"```yaml\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert example is not None
    settings = read_settings(written(tmp_path, example.group(1)))
    assert settings.duplicate_window == timedelta(minutes=10)
    assert settings.batch_time == time(22, 30)
    assert settings.required_fields == {RequiredField.INVOICE_ID, RequiredField.ZIP}
    assert settings.auto_void == {AutoVoid.AVS}
    assert settings.triggers_by_cents == {41: Trigger.DO_NOT_HONOR}
    assert settings.error_codes == {Reason.DUPLICATE: 999}
    assert settings.users[0].permissions == {Permission.SALE, Permission.EXPORT}


def test_what_is_not_named_stays_as_it_is(tmp_path: Path) -> None:
    assert read_settings(written(tmp_path, "")) == Settings()
    assert read_settings(written(tmp_path, "batch_time: null")).batch_time is None
    assert read_settings(written(tmp_path, "v3: {decline_status: 422}")).v3.decline_status == 422


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("nothing: 1", "there is no setting nothing."),
        ("v3: {foo: 1}", "there is no setting v3.foo."),
        ("zone: Mars/One", "Mars/One"),
        ("batch_time: soon", "batch_time"),
        ("users: [{name: x}]", "password"),
        ("- 1", "must hold names with values."),
        ("zone: [", "cannot be read"),
    ],
)
def test_a_file_that_cannot_be_kept_to_is_refused_by_place(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(SettingsFileError, match=re.escape(told)):
        read_settings(written(tmp_path, text))


def test_every_state_of_a_transaction_has_a_word_on_v3() -> None:
    assert set(Settings().v3.status_words) == set(State)


def test_the_command_says_what_is_wrong_with_the_file(tmp_path: Path) -> None:
    arguments = ["sandbox", "paytrace", "--settings", str(tmp_path / "none.yaml")]
    result = CliRunner().invoke(cli, arguments)
    assert result.exit_code == 2
    assert "none.yaml: cannot be read" in result.output
