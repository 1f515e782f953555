"""Every option of texsor, declared once."""

from __future__ import annotations

from dataclasses import fields

import pytest

from texsor.config import Config
from texsor.errors import Invalid


def test_every_default_is_valid():
    """A project that sets no option has valid ones."""
    defaults = {option.name: option.default for option in fields(Config)}
    assert Config.from_values(defaults) == Config()


def test_every_option_has_help():
    """Each option says what it is for and what it wants."""
    for option in fields(Config):
        assert option.metadata["help"].endswith((".", ";"))
        assert option.metadata["wanted"]


def test_a_list_is_as_good_as_a_tuple():
    """YAML has lists; the options are frozen."""
    assert Config.from_values({"depends_on": ["src/*.py"]}).depends_on == ("src/*.py",)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("depends_on", "src/*.py"),
        ("depends_on", [1]),
        ("depends_on", [""]),
        ("depends_on", None),
        ("device", "tpu"),
        ("device", None),
        ("threads", 0),
        ("threads", 1.0),
        ("threads", True),
        ("jobs", -1),
        ("jobs", "2"),
        ("seed", -1),
        ("seed", False),
        ("seed", 1.5),
        ("timeout_s", 0),
        ("keep_stores", 0),
    ],
)
def test_a_value_that_an_option_cannot_have_is_refused(name, value):
    """The refusal names the option and the value, and says what is wanted."""
    with pytest.raises(Invalid, match=rf"option texsor_{name} is .*\n  to do: give it ") as refused:
        Config.from_values({name: value})
    assert repr(value) in str(refused.value)


def test_an_unknown_option_is_refused():
    """A misspelt option is named, with those that there are."""
    with pytest.raises(Invalid, match=r"there is no option texsor_thread\n  to do: one of: .*depends_on.*threads"):
        Config.from_values({"thread": 1})
