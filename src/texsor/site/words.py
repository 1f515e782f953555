"""The words that texsor itself puts on a page, in each edition's language."""

from __future__ import annotations

from sphinx.errors import ExtensionError

WORDS = {
    "ko": {
        "executed": "이 쪽의 수는 실제 실행에서 나왔다",
        "plain": "이 쪽에는 실행하는 코드가 없다",
        "commit": "커밋",
        "dirty": "커밋하지 않은 수정 포함",
        "clean": "수정 없음",
        "no commit": "git 저장소 밖",
        "threads": "스레드",
        "seed": "시드",
        "seconds": "초",
        "memory": "최대 메모리",
    },
    "en": {
        "executed": "The numbers on this page come from a real run",
        "plain": "This page has no code to run",
        "commit": "commit",
        "dirty": "with uncommitted changes",
        "clean": "clean tree",
        "no commit": "outside a git checkout",
        "threads": "threads",
        "seed": "seed",
        "seconds": "s",
        "memory": "peak memory",
    },
}


def words(language: str | None) -> dict[str, str]:
    """The words of a language (``ko``, ``en_GB``); English where the project names none.

    :raises ExtensionError: on a language that texsor has no words in.
    """
    name = (language or "en").split("_")[0].split("-")[0]
    if name not in WORDS:
        raise ExtensionError(f"texsor has no words in {name!r} (it has {', '.join(WORDS)}); add them to {__file__}")
    return WORDS[name]
