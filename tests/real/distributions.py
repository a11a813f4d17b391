"""Distributions: the 60 that are packed and imported, each for what is odd about it."""

from __future__ import annotations

import sys
from typing import NamedTuple, Optional


class Real(NamedTuple):
    """A distribution of the index.

    Attributes:
        name: As the index spells it.
        version: Pinned; its dependencies are what pip takes for it.
        imports: Modules that the handler imports.
        odd: Why it is in the list.
        namespaces: Packages that must still be namespace packages (PEP 420) in the zip.
        check: A statement that the handler runs after the imports.
        recent: From which Python on another version is pinned, as that one has no wheels for it, and which.
    """

    name: str
    version: str
    imports: tuple[str, ...]
    odd: str
    namespaces: tuple[str, ...] = ()
    check: str = "pass"
    recent: Optional[tuple[tuple[int, int], str]] = None

    @property
    def pin(self) -> str:
        """The version for the Python that runs this."""
        if self.recent is not None and sys.version_info >= self.recent[0]:
            return self.recent[1]
        return self.version


# The first ten are small, have wheels for Python 3.9 to 3.14, and run in CI.
SAMPLE = (
    Real(
        "msgpack",
        "1.1.0",
        ("msgpack",),
        "native code",
        check="assert msgpack.unpackb(msgpack.packb([1])) == [1]",
        recent=((3, 14), "1.2.4"),
    ),
    Real(
        "PyYAML",
        "6.0.2",
        ("yaml", "_yaml"),
        "two top-level packages, a name in capitals",
        recent=((3, 14), "6.0.4"),
    ),
    Real(
        "MarkupSafe",
        "3.0.2",
        ("markupsafe", "markupsafe._speedups"),
        "native code with a stub beside it",
        recent=((3, 14), "3.0.4"),
    ),
    Real(
        "zope.interface",
        "7.2",
        ("zope.interface",),
        "a namespace package with a .pth file",
        ("zope",),
        recent=((3, 14), "8.7"),
    ),
    Real(
        "ruamel.yaml",
        "0.18.6",
        ("ruamel.yaml", "_ruamel_yaml"),
        "a namespace package over two wheels",
        ("ruamel",),
        recent=((3, 13), "0.18.17"),
    ),
    Real(
        "tzdata",
        "2024.2",
        ("tzdata",),
        "hundreds of data files and empty packages",
        check="from importlib.resources import files; assert (files('tzdata') / 'zoneinfo/UTC').read_bytes()",
    ),
    Real(
        "charset-normalizer",
        "3.4.0",
        ("charset_normalizer",),
        "a script, and a mypyc library at the root",
        recent=((3, 14), "3.5.2"),
    ),
    Real(
        "cffi",
        "1.17.1",
        ("cffi", "_cffi_backend"),
        "an extension module at the root, C headers",
        check="import tempfile; ffi = cffi.FFI(); ffi.cdef('int getpid(void);'); ffi.set_source('_x', ''); "
        "ffi.emit_c_code(tempfile.mkstemp(suffix='.c')[1])",
        recent=((3, 14), "2.1.1"),
    ),
    Real("wrapt", "1.17.0", ("wrapt", "wrapt._wrappers"), "native code", recent=((3, 14), "2.5.2")),
    Real(
        "googleapis-common-protos",
        "1.66.0",
        ("google.rpc.status_pb2", "google.protobuf"),
        "a namespace package over two wheels",
        ("google",),
    ),
)

REST = (
    Real(
        "numpy",
        "2.2.1",
        ("numpy",),
        "bundled libraries in numpy.libs, tests, scripts",
        check="assert numpy.ones(3).sum() == 3",
        recent=((3, 14), "2.5.5"),
    ),
    Real(
        "pandas",
        "2.2.3",
        ("pandas",),
        "1,500 files, meson",
        check="assert pandas.DataFrame({'a': [1]}).a[0] == 1",
        recent=((3, 14), "3.1.1"),
    ),
    Real(
        "cryptography", "44.0.0", ("cryptography.hazmat.bindings._rust", "cryptography.fernet"), "Rust, abi3"
    ),
    Real("pydantic", "2.10.4", ("pydantic", "pydantic_core"), "Rust; metadata asked for at import"),
    Real(
        "lxml",
        "5.3.0",
        ("lxml.etree", "lxml.html"),
        "large libraries, headers, XSLT data",
        recent=((3, 14), "6.1.3"),
    ),
    Real(
        "pillow",
        "11.0.0",
        ("PIL.Image", "PIL._imaging"),
        "pillow.libs, and a package of another name",
        recent=((3, 14), "13.0.0"),
    ),
    Real(
        "protobuf",
        "5.29.2",
        ("google.protobuf", "google._upb._message"),
        "a library beside a namespace",
        ("google",),
    ),
    Real(
        "grpcio",
        "1.68.1",
        ("grpc", "grpc._cython.cygrpc"),
        "a certificate as data, a 12 MB library",
        recent=((3, 14), "1.85.3"),
    ),
    Real(
        "google-cloud-storage",
        "2.19.0",
        ("google.cloud.storage", "google.auth"),
        "a namespace over eight wheels, some with nspkg.pth",
        ("google",),
    ),
    Real(
        "psycopg2-binary",
        "2.9.10",
        ("psycopg2",),
        "libraries in a folder of another name",
        recent=((3, 14), "2.9.13"),
    ),
    Real(
        "orjson",
        "3.10.12",
        ("orjson",),
        "Rust",
        check="assert orjson.dumps([1]) == b'[1]'",
        recent=((3, 14), "3.13.0"),
    ),
    Real(
        "ujson",
        "5.10.0",
        ("ujson",),
        "an extension module at the root and nothing else",
        recent=((3, 14), "6.1.0"),
    ),
    Real(
        "regex",
        "2024.11.6",
        ("regex",),
        "native code",
        check="assert regex.match(r'\\p{L}+', 'é')",
        recent=((3, 14), "2026.11.19"),
    ),
    Real("greenlet", "3.1.1", ("greenlet",), "C++ headers among the modules", recent=((3, 14), "3.5.6")),
    Real("SQLAlchemy", "2.0.36", ("sqlalchemy", "sqlalchemy.cyextension.util"), "optional Cython"),
    Real(
        "aiohttp",
        "3.11.11",
        ("aiohttp", "multidict", "yarl", "frozenlist"),
        "eight wheels, hidden folders of Cython's",
        recent=((3, 14), "3.14.5"),
    ),
    Real("Jinja2", "3.1.5", ("jinja2", "jinja2.ext"), "pure Python that asks for entry points"),
    Real("certifi", "2024.12.14", ("certifi",), "one data file", check="open(certifi.where()).close()"),
    Real(
        "boto3",
        "1.35.90",
        ("boto3", "botocore.session"),
        "2,000 JSON files, some compressed",
        check="boto3.client('s3', region_name='us-east-1', aws_access_key_id='a', aws_secret_access_key='b')",
    ),
    Real("fonttools", "4.55.3", ("fontTools.ttLib",), "scripts, a manual page in share/"),
    Real(
        "matplotlib",
        "3.10.0",
        ("matplotlib.pyplot", "mpl_toolkits.mplot3d", "pylab"),
        "a nspkg-like package, fonts, a module at the root",
        check="matplotlib.pyplot.figure()",
        recent=((3, 14), "3.11.2"),
    ),
    Real(
        "setuptools",
        "75.6.0",
        ("setuptools", "pkg_resources", "_distutils_hack"),
        "a .pth file, .exe files, templates",
    ),
    Real("rpds-py", "0.22.3", ("rpds",), "Rust", recent=((3, 14), "2026.9.1")),
    Real(
        "jsonschema",
        "4.23.0",
        ("jsonschema", "jsonschema_specifications", "referencing"),
        "schemas as data files",
    ),
    Real("attrs", "24.3.0", ("attr", "attrs"), "two packages, stubs"),
    Real(
        "python-dateutil",
        "2.9.0.post0",
        ("dateutil.tz", "dateutil.zoneinfo"),
        "a tar file as data",
        check="assert dateutil.zoneinfo.get_zonefile_instance().zones",
    ),
    Real("six", "1.17.0", ("six", "six.moves.urllib.parse"), "one module"),
    Real("click", "8.1.8", ("click",), "pure Python"),
    Real(
        "scipy",
        "1.14.1",
        ("scipy.linalg", "scipy.sparse"),
        "100 MB, Fortran libraries",
        recent=((3, 14), "1.18.1"),
    ),
    Real(
        "opentelemetry-sdk",
        "1.29.0",
        ("opentelemetry.sdk.trace", "opentelemetry.trace"),
        "a namespace over three wheels; finds itself by entry points",
        ("opentelemetry",),
    ),
)

# Those that slimming could break: each has files that a rule takes elsewhere, and what reads or imports them.
SLIMMED = (
    Real(
        "jedi",
        "0.19.2",
        ("jedi",),
        "type stubs that it reads",
        check="assert 'getcwd' in [one.name for one in jedi.Script('import os; os.getc').complete(1, 18)]",
    ),
    Real(
        "scikit-image",
        "0.25.2",
        ("skimage", "skimage.filters"),
        "type stubs that tell it what to import",
        check="import numpy; assert skimage.filters.gaussian(numpy.ones((3, 3))).shape == (3, 3)",
        recent=((3, 14), "0.26.0"),
    ),
    Real(
        "Cython",
        "3.0.11",
        ("Cython.Compiler.Main", "Cython.Compiler.Nodes"),
        "C and Cython files that its compiler reads",
        check="import io; Cython.Compiler.Main.Context",
    ),
    Real(
        "pybind11",
        "2.13.6",
        ("pybind11",),
        "headers are what it is for",
        check="import os; assert len(os.listdir(os.path.join(pybind11.get_include(), 'pybind11'))) > 20",
    ),
    Real(
        "Django",
        "4.2.17",
        ("django.db", "django.test"),
        "a package called test that its settings name",
        check="from django.utils.module_loading import import_string; import_string('django.test.runner.DiscoverRunner')",
    ),
    Real("zope.testing", "5.0.1", ("zope.testing.cleanup",), "a distribution of tests alone", ("zope",)),
    Real(
        "sympy",
        "1.13.3",
        ("sympy",),
        "a package testing that its functions import when they are called",
        check="assert str(sympy.sympify('x + x')) == '2*x'",
    ),
    Real(
        "networkx",
        "3.2.1",
        ("networkx",),
        "tests in every package",
        check="assert networkx.path_graph(3).size() == 2",
    ),
    Real(
        "xarray",
        "2024.7.0",
        ("xarray",),
        "packages tests and testing, and static files",
        check="assert xarray.DataArray([1, 2]).sum() == 3",
    ),
    Real(
        "scikit-learn",
        "1.6.1",
        ("sklearn.linear_model",),
        "test packages with data, and docs in its data sets",
        check="from sklearn.datasets import load_iris; assert load_iris().DESCR",
        recent=((3, 14), "1.8.0"),
    ),
    Real(
        "nltk",
        "3.9.1",
        ("nltk",),
        "a package test, documents and a file VERSION",
        check="assert nltk.__version__ == '3.9.1'",
    ),
    Real(
        "pycryptodome",
        "3.21.0",
        ("Crypto.Cipher.AES",),
        "a package SelfTest that is half of it",
        check="assert len(Crypto.Cipher.AES.new(b'0' * 16, Crypto.Cipher.AES.MODE_ECB).encrypt(b'1' * 16)) == 16",
    ),
    Real(
        "tornado",
        "6.4.2",
        ("tornado.web", "tornado.testing"),
        "a module and a package of tests",
        recent=((3, 14), "6.5.2"),
    ),
    Real("gevent", "24.11.1", ("gevent",), "C sources beside native code, tests", recent=((3, 14), "25.9.1")),
    Real(
        "pyzmq",
        "26.2.0",
        ("zmq",),
        "Cython sources, libraries in a folder of another name",
        recent=((3, 14), "27.1.0"),
    ),
    Real(
        "nbformat",
        "5.10.4",
        ("nbformat.v4",),
        "schemas, and a package json",
        check="nbformat.v4.new_notebook()",
    ),
    Real(
        "docutils",
        "0.21.2",
        ("docutils.core",),
        "texts and templates as data",
        check="assert 'h1' in docutils.core.publish_string('Title\\n=====', writer_name='html').decode()",
    ),
    Real("Sphinx", "7.4.7", ("sphinx.application",), "a package testing, templates, sources of JavaScript"),
    Real(
        "shapely",
        "2.0.6",
        ("shapely",),
        "tests, Cython headers, GEOS",
        check="assert shapely.Point(0, 0).area == 0",
        recent=((3, 14), "2.1.2"),
    ),
    Real("h5py", "3.12.1", ("h5py",), "tests that its package imports", recent=((3, 14), "3.15.1")),
)

DISTRIBUTIONS = {real.name: real for real in (*SAMPLE, *REST, *SLIMMED)}
