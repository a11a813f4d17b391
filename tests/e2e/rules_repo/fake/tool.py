"""Stands for a tool: writes its arguments to the outputs that it is asked for, and says what a tool would warn of."""

import json
import pathlib
import sys

arguments = sys.argv[1:]
if arguments[0] in ("pack", "layer"):
    words = [word for word in arguments if word not in ("--output", "--manifest")]
    outputs = [arguments[arguments.index(flag) + 1] for flag in ("--output", "--manifest")]
    for output in outputs:
        shown = [word for word in words if word not in outputs]
        pathlib.Path(output).write_text(json.dumps([shown[0], pathlib.Path(shown[1]).name, *shown[2:]]))
    print("a warning of the tool")
else:
    out = pathlib.Path(arguments[arguments.index("--out") + 1])
    if arguments[0] == "fetch":
        out.write_text(json.dumps({"arguments": arguments}))
    else:
        import zipfile

        with zipfile.ZipFile(out, "w") as archive:
            wheel = pathlib.Path(arguments[arguments.index("--wheel") + 1])
            archive.writestr(f"third_party/py3/{wheel.name}.json", wheel.read_text())
            archive.writestr(f"third_party/py3/{wheel.name}.unpack.json", json.dumps(arguments))
