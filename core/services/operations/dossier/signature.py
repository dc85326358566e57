"""The signature of a dossier: Ed25519 with a key of this home, which never leaves it."""

from hashlib import sha256

from core.private import read_secret
from core.settings import Settings

ALGORITHM = "Ed25519"
KEY_FILE = "dossier.key"


def sign(settings: Settings, content: bytes) -> bytes:
    """The signature of some bytes with the home's key."""
    return bytes(_key(settings).sign(content))


def public_key(settings: Settings) -> str:
    """The home's public key (hexadecimal): who got it from the home can check every dossier of it."""
    return str(_key(settings).public_key().public_bytes_raw().hex())


def is_signed(public: str, content: bytes, signature: bytes) -> bool:
    """Whether the bytes are what the holder of that key signed."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(signature, content)
    except (InvalidSignature, ValueError):
        return False
    return True


def fingerprint(public: str) -> str:
    """A key in as many letters as people compare."""
    return sha256(bytes.fromhex(public)).hexdigest()[:16]


def _key(settings: Settings):  # type: ignore[no-untyped-def]  # noqa: ANN202 -- its type is loaded with it
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    path = settings.run / KEY_FILE
    return Ed25519PrivateKey.from_private_bytes(
        read_secret(path, lambda: Ed25519PrivateKey.generate().private_bytes_raw())
    )
