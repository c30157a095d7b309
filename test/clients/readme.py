#!/usr/bin/python3
"""Runs what README.md prints, block by block in its order, against the server of the tests.

A block of sql, sh, js or python is run; where a block of text follows, it is exactly what comes out. make's own
blocks are left to people: the tests have built and started dynamo already.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
README = HERE.parent.parent / "README.md"
COMMANDS = {
    "sql": (["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f"], ".sql"),
    "sh": (["bash", "-eu"], ".sh"),
    "js": (["node"], ".mjs"),
    "python": (["/usr/bin/python3"], ".py"),
}
TEXT = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)


def run(language, code, number):
    command, suffix = COMMANDS[language]
    # Beside node_modules, where a user's program would be.
    with tempfile.NamedTemporaryFile("w", suffix=suffix, dir=HERE, prefix="readme") as program:
        program.write(code.replace("http://localhost:8000", os.environ["DYNAMO_ENDPOINT"]))
        program.flush()
        result = subprocess.run(command + [program.name], capture_output=True, text=True, check=False)
    if result.returncode != 0:
        sys.exit(f"block {number} ({language}) failed:\n{code}\n{result.stdout}{result.stderr}")
    return result.stdout


def main():
    output = None
    ran = 0
    for number, (language, text) in enumerate(TEXT.findall(README.read_text()), 1):
        if language == "text":
            if output != text:
                sys.exit(f"block {number} of README.md says:\n{text}\nbut this came out:\n{output}")
        elif not re.match(r"(sudo )?make\b", text):
            output = run(language, text, number)
            ran += 1
    assert ran >= 5, "README.md has lost its examples"
    subprocess.run(["psql", "-Xqc", """SELECT dynamo.delete_table('{"TableName": "Music"}')"""],
                   check=True, stdout=subprocess.DEVNULL)


main()
