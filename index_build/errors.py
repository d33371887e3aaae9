"""Every error that Cewen raises on purpose, in one tree.  Each message is one line and names the remedy.

CewenError
├── ReadError            a source file cannot be read: missing, empty, binary, encrypted, of unknown encoding
│   └── UnsupportedFormat  no reader is registered for the file's suffix
├── NothingToIndex       none of the given files could be used
├── SettingsError        an option, cewen.toml or a CEWEN_ variable has a value that cannot be used
├── IndexFault           the index folder cannot serve
│   ├── IndexMissing       no index there
│   ├── IndexVersion       made by another version of Cewen
│   ├── IndexDamaged       a part is missing or has the wrong size
│   ├── IndexBusy          another process is writing
│   └── EmbeddingMismatch  made with another embedding model or dimension
├── QuestionError        a question of no words, or too long
├── ModelError           a language or embedding model failed: unreachable, refused, timed out, nonsense
├── HistoryFault         the history file cannot serve, or has no such conversation or message of the user
├── SetError             a question set does not fit its schema (line, field)
└── AccessDenied         the user's role does not allow it
    └── LoginNeeded        nobody is logged in, and no valid API key was sent
"""


class CewenError(Exception):
    """The root: its text is shown to people as it is."""


class ReadError(CewenError):
    pass


class UnsupportedFormat(ReadError):
    pass


class NothingToIndex(CewenError):
    pass


class SettingsError(CewenError):
    pass


class IndexFault(CewenError):
    pass


class IndexMissing(IndexFault):
    pass


class IndexVersion(IndexFault):
    pass


class IndexDamaged(IndexFault):
    pass


class IndexBusy(IndexFault):
    pass


class EmbeddingMismatch(IndexFault):
    pass


class QuestionError(CewenError):
    pass


class ModelError(CewenError):
    pass


class HistoryFault(CewenError):
    pass


class SetError(CewenError):
    pass


class AccessDenied(CewenError):
    pass


class LoginNeeded(AccessDenied):
    pass
