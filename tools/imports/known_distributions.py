"""Known distributions: which distribution has a top-level module that is called otherwise.

For a hint in a message only, and never complete. Read off the distributions' own metadata (`top_level.txt` and RECORD).
"""

from __future__ import annotations

from tools.text import normalise

_DISTRIBUTIONS = {
    "Crypto": "pycryptodome",
    "Cryptodome": "pycryptodomex",
    "Levenshtein": "levenshtein",
    "MySQLdb": "mysqlclient",
    "OpenSSL": "pyopenssl",
    "PIL": "pillow",
    "attr": "attrs",
    "bs4": "beautifulsoup4",
    "cv2": "opencv-python-headless",
    "dateutil": "python-dateutil",
    "docx": "python-docx",
    "dotenv": "python-dotenv",
    "fitz": "pymupdf",
    "git": "gitpython",
    "github": "pygithub",
    "google.protobuf": "protobuf",
    "jose": "python-jose",
    "jwt": "pyjwt",
    "magic": "python-magic",
    "markdown_it": "markdown-it-py",
    "mpl_toolkits": "matplotlib",
    "multipart": "python-multipart",
    "nacl": "pynacl",
    "pkg_resources": "setuptools",
    "psycopg2": "psycopg2-binary",
    "pptx": "python-pptx",
    "ruamel": "ruamel-yaml",
    "serial": "pyserial",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "slugify": "python-slugify",
    "snowflake": "snowflake-connector-python",
    "usb": "pyusb",
    "yaml": "pyyaml",
    "zmq": "pyzmq",
}

# Modules that more than one distribution has, besides the one above.
_OTHERS = {
    "MySQLdb": ("mysql-python",),
    "cv2": ("opencv-python", "opencv-contrib-python", "opencv-contrib-python-headless"),
    "psycopg2": ("psycopg2",),
}


def distribution_of(module: str) -> str:
    """Return the likely name of the distribution that has a module, normalised as PEP 503 has it.

    Args:
        module: Its dotted name.
    """
    parts = module.split(".")
    for count in range(len(parts), 0, -1):
        known = _DISTRIBUTIONS.get(".".join(parts[:count]))
        if known:
            return known
    return parts[0].replace("_", "-").lower()


def distributions_of(module: str) -> list[str]:
    """Return names that a module's distribution may have, likeliest first, normalised as PEP 503 has it.

    Args:
        module: Its dotted name. `google.cloud.storage` may be of google-cloud-storage, google-cloud and google.
    """
    parts = module.split(".")
    found: list[str] = []
    for count in range(len(parts), 0, -1):
        prefix = ".".join(parts[:count])
        known = _DISTRIBUTIONS.get(prefix)
        if known:
            found += [known, *_OTHERS.get(prefix, ())]
        found.append(normalise(prefix))
    return list(dict.fromkeys(found))
