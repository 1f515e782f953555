"""The words that texsor itself puts on a page."""

from __future__ import annotations

import pytest
from sphinx.errors import ExtensionError

from texsor.site.words import WORDS, words


@pytest.mark.parametrize(
    ("language", "name"), [("ko", "ko"), ("ko_KR", "ko"), ("en", "en"), ("en-GB", "en"), (None, "en"), ("", "en")]
)
def test_a_language_has_its_words(language, name):
    """A language is found with or without its region; a project that names none speaks English."""
    assert words(language) is WORDS[name]


def test_every_language_has_every_word():
    """No edition lacks a word that another has, and none is empty."""
    for one in WORDS.values():
        assert one.keys() == WORDS["en"].keys()
        assert all(one.values())


def test_an_unknown_language_is_refused():
    """A language without words is named, with those that there are and the file to add to."""
    with pytest.raises(ExtensionError, match=r"no words in 'fr' \(it has ko, en\); add them to .*words\.py"):
        words("fr_CA")
