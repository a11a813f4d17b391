"""Options: everything that a run of lambda_zip is told, by its rule or on its command line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, Optional, Union

from tools.archive.encoder import COMPRESSIONS, Compression
from tools.lambda_zip.cap import Caps


class Options(NamedTuple):
    """What to pack, from what, and for what.

    Attributes:
        pex: The PEX, a file or a folder.
        output: The zip to write; None writes nothing, as for `list`.
        manifest: The manifest to write; None for none.
        handler: The handler as the user wrote it.
        package: The rule's package, which the handler's file is relative to.
        runtime: As AWS spells it; None for the version of the interpreter that the PEX was built with.
        accept_newer_runtimes: Whether a runtime is accepted that is newer than the table of facts.
        architecture: As AWS spells it; None for the host's.
        edge: The event of CloudFront that the function is for, as CloudFront spells it; None for Lambda.
        caps: What the zip and its unpacked files may take.
        today: ISO date, by which a runtime is deprecated or not.
        module_dir: Folder of third-party code in a Please PEX, with `/` between its parts.
        source_roots: Folders of the repository whose contents are imported from the zip's root.
        entry_points: First-party paths that only start the PEX, and stay out.
        exclude: Globs of names in the zip that stay out.
        collisions_ok: Globs of names in the zip that several files may land on.
        declared: Name -> versions of the distributions that rules declared; None to not check.
        check_platform: Whether to refuse native code that the runtime cannot load.
        check_imports: Whether to refuse code whose imports or requirements are not in the zip.
        imports_ok: Globs of modules and distributions that need not be there.
        extras: Distribution -> extras that rules declared it with.
        provided_libraries: Globs of native libraries that the function gets elsewhere, such as from a layer.
        slim: How much is left out that no running function reads: `safe`, `more` or `none`.
        slim_licences: Whether slimming leaves out licences too.
        exclude_distributions: Distributions that stay out, with what only they need.
        provided: `runtime` for what the runtime brings, or distributions of that, which stay out with all that they
            need.
        botocore_services: Services whose data stays; empty for those of all.
        botocore_services_checked: Whether a service whose name first-party code computes is an error.
        strip_binaries: Whether symbols are taken out of native files.
        strip_exclude: Globs of names in the zip that are not stripped.
        verify: Whether to inflate every member and check it.
        compression: How files are compressed.
        encoder: Native module of the package `deflate`; None for the one that can be imported.
        layers: Zips of the function's layers.
        layer_manifests: Their manifests, in the same order.
        target: The rule's label; empty where there is no rule.
    """

    pex: Path
    output: Optional[Path] = None
    manifest: Optional[Path] = None
    handler: str = ""
    package: str = ""
    runtime: Optional[str] = None
    accept_newer_runtimes: bool = False
    architecture: Optional[str] = None
    edge: Optional[str] = None
    caps: Caps = Caps(None, None)
    today: str = ""
    module_dir: str = "third_party/python"
    source_roots: Sequence[str] = ()
    entry_points: Sequence[str] = ()
    exclude: Sequence[str] = ()
    collisions_ok: Sequence[str] = ()
    declared: Optional[Mapping[str, Sequence[str]]] = None
    check_platform: bool = True
    check_imports: bool = True
    imports_ok: Sequence[str] = ()
    extras: Mapping[str, Sequence[str]] = {}
    provided_libraries: Sequence[str] = ()
    slim: str = "safe"
    slim_licences: bool = False
    exclude_distributions: Sequence[str] = ()
    provided: Union[str, Sequence[str]] = ()
    botocore_services: Sequence[str] = ()
    botocore_services_checked: bool = True
    strip_binaries: bool = False
    strip_exclude: Sequence[str] = ()
    verify: bool = False
    compression: Compression = COMPRESSIONS["good"]
    encoder: Optional[Path] = None
    layers: Sequence[Path] = ()
    layer_manifests: Sequence[Path] = ()
    target: str = ""
