"""The command line: what can be said to `bodega`, and which module of `bodega.web.commands` does it."""

from __future__ import annotations

import os
import sys
from argparse import REMAINDER, SUPPRESS, ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed_version
from pathlib import Path

LATER = 75
"""The exit code for what may well go when it is tried again: the disk was full, or the database away."""


class Refusal(Exception):
    """A command that can't be done; its text says why and what to do. Ends the program with `code`, no traceback."""

    def __init__(self, text: str, *, code: int = 1) -> None:
        super().__init__(text)
        self.code = code


@dataclass(frozen=True)
class Command:
    """One word of the command line. `module` has `run(options) -> int`, the exit code.

    `needs_django` commands start with settings checked, the data folder made and Django set up.
    """

    help: str
    arguments: Callable[[ArgumentParser], None]
    module: str
    needs_django: bool = True
    is_hidden: bool = False


def _init(parser: ArgumentParser) -> None:
    parser.add_argument("--login", help="the administrator's sign-in name (default: admin)")
    parser.add_argument("--name", help="the administrator's name (default: the sign-in name)")
    parser.add_argument("--password", help="their password; without one, a random one is made and printed once")


def _user(parser: ArgumentParser) -> None:
    todo = parser.add_subparsers(dest="todo", metavar="WHAT", required=True)
    todo.add_parser("list", help="list everybody who may sign in")
    add = todo.add_parser("add", help="add a person")
    add.add_argument("login", help="the sign-in name, for instance an e-mail address")
    add.add_argument("--name", help="the person's name (default: the sign-in name)")
    add.add_argument("--email", default="", help="their e-mail address")
    add.add_argument("--admin", action="store_true", help="make the person an administrator")
    add.add_argument("--password", help="their password; without one, a random one is made and printed once")
    password = todo.add_parser("password", help="give a person a new password")
    password.add_argument("login")
    password.add_argument("--password", help="the new password; without one, a random one is made and printed once")
    for word, says in (("deactivate", "keep a person from signing in"), ("activate", "let a person sign in again")):
        todo.add_parser(word, help=says).add_argument("login")


def _token(parser: ArgumentParser) -> None:
    todo = parser.add_subparsers(dest="todo", metavar="WHAT", required=True)
    shown = todo.add_parser("list", help="list the tokens there are")
    shown.add_argument("login", nargs="?", help="only those of this person")
    add = todo.add_parser("add", help="make a token; it is printed once")
    add.add_argument("login", help="the sign-in name of the person whose rights it has")
    add.add_argument("--name", required=True, help="what it is for")
    add.add_argument("--write", action="store_true", help="let it write, too (default: read only)")
    add.add_argument("--types", default="", help="only these record types, with spaces between them")
    add.add_argument("--days", type=int, default=90, help="how long it is good for; 0: until it is ended (default: 90)")
    todo.add_parser("end", help="end a token").add_argument("id", type=int, help="its number, as listed")


def _audit(parser: ArgumentParser) -> None:
    todo = parser.add_subparsers(dest="todo", metavar="WHAT", required=True)
    verify = todo.add_parser(
        "verify", help="say whether every entry is as it was written, or which is the first that isn't"
    )
    verify.add_argument(
        "file", type=Path, nargs="?", help="a file of JSON Lines (default: the log of this installation)"
    )
    verify.add_argument(
        "--seal", action="append", default=[], metavar="NUMBER:DIGEST", help="an entry as it was told before"
    )
    export = todo.add_parser("export", help="write the entries to a file")
    export.add_argument(
        "output", type=Path, nargs="?", help="the file: .jsonl, .csv or .xlsx (default: standard output)"
    )
    todo.add_parser("guard", help="have the database refuse changes again, where `bodega doctor` says it does not")


def _demo(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--reset", action="store_true", help="throw away what is there and load the sample company anew"
    )


def _serve(parser: ArgumentParser) -> None:
    _web(parser)
    parser.add_argument("--threads", type=int, default=2, help="jobs done at the same time (default: 2)")


def _web(parser: ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1)")
    parser.add_argument("--port", type=int, default=8000, help="port to listen on (default: 8000)")
    parser.add_argument("--workers", type=int, default=1, help="server processes (default: 1)")
    parser.add_argument("--fd", type=int, help=SUPPRESS)


def _worker(parser: ArgumentParser) -> None:
    parser.add_argument("--threads", type=int, default=2, help="jobs done at the same time (default: 2)")
    parser.add_argument("--queues", default="", help="do only jobs of these queues, with spaces between them")
    parser.add_argument("--supervised", action="store_true", help=SUPPRESS)


def _import(parser: ArgumentParser) -> None:
    parser.usage = (
        "bodega import TYPE FILE [options]\n       bodega import --recipe RECIPE.toml FOLDER [options]\n"
        "       bodega import --mend RUN [--value 'COLUMN: WRONG = RIGHT']…\n       bodega import --resume RUN\n"
        "       bodega import --undo RUN"
    )
    parser.add_argument(
        "words", nargs="*", metavar="TYPE FILE", help="record type, and a CSV or XLSX file; with --recipe a folder"
    )
    parser.add_argument("--recipe", type=Path, help="TOML file that says which file becomes what")
    parser.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="COLUMN=FIELD[:BY]",
        help="where a column goes (default: where its heading says); references are found by name, or by the field BY",
    )
    parser.add_argument(
        "--match", help="fields by which existing records are found, with commas between them (default: the type's own)"
    )
    parser.add_argument("--mode", choices=("create", "update", "both"), default="both", help="default: both")
    parser.add_argument("--sheet", default="", help="sheet of a workbook (default: the first)")
    parser.add_argument("--mend", type=int, metavar="RUN", help="read the lines of a run that failed once more")
    parser.add_argument("--value", action="append", default=[], metavar="COLUMN: WRONG = RIGHT", help="with --mend")
    parser.add_argument("--resume", type=int, metavar="RUN", help="go on with a run that was broken off")
    parser.add_argument("--undo", type=int, metavar="RUN", help="take back what a run has written")
    parser.add_argument(
        "--as", dest="login", help="sign-in name of the person who imports (default: the first administrator)"
    )
    parser.add_argument("--dry-run", action="store_true", help="check every line and write nothing")
    parser.add_argument(
        "--errors", type=Path, help="where to write the lines that failed, to be mended; with --recipe a folder"
    )
    parser.add_argument("--json", action="store_true", help="end with one line of counts as JSON")


def _ask(parser: ArgumentParser) -> None:
    parser.add_argument("type", metavar="TYPE", help="record type, for instance sales.deal")
    parser.add_argument(
        "question", metavar="QUESTION", nargs="?", default="", help='for instance "status:won amount>10k not tags:vip"'
    )
    parser.add_argument("--count", action="store_true", help="say how many")
    parser.add_argument("--sum", metavar="FIELD", action="append", help="add up this field")
    parser.add_argument("--average", metavar="FIELD", action="append", help="the mean of this field")
    parser.add_argument("--share", metavar="QUESTION", help='what part answers this as well, for instance "status:won"')
    parser.add_argument("--by", metavar="FIELD", action="append", help="a line for each value of this field")
    parser.add_argument("--sort", metavar="FIELD", help="in the order of this field; falling: --sort=-FIELD")
    parser.add_argument("--columns", metavar="FIELDS", help="the fields to print, with spaces between them")
    parser.add_argument("--limit", type=int, default=50, help="print at most so many records (default: 50)")
    parser.add_argument(
        "--as",
        dest="login",
        help="sign-in name of the person who asks (default: the program itself, which sees everything)",
    )
    parser.add_argument("--json", action="store_true", help="answer as JSON, one line for each record or group")


def _export(parser: ArgumentParser) -> None:
    parser.add_argument("type", metavar="TYPE", help="record type, for instance sales.deal")
    parser.add_argument("question", metavar="QUESTION", nargs="?", default="", help="which records (default: all)")
    parser.add_argument(
        "--fields", metavar="FIELDS", action="append", help="with commas between them (default: every field)"
    )
    parser.add_argument("--format", choices=("csv", "xlsx", "jsonl"), help="default: as the output is called, else csv")
    parser.add_argument("--output", type=Path, metavar="FILE", help="where to write (default: standard output)")
    parser.add_argument("--sort", metavar="FIELD", help="in the order of this field; falling: --sort=-FIELD")
    parser.add_argument("--bom", action="store_true", help="begin CSV with the mark that Excel wants")
    parser.add_argument(
        "--as",
        dest="login",
        help="sign-in name of the person who exports (default: the program itself, which sees everything)",
    )


def _explain(parser: ArgumentParser) -> None:
    parser.add_argument(
        "type", metavar="TYPE", nargs="?", help="record type, for instance sales.deal (default: list them)"
    )


def _doctor(parser: ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="answer as JSON")


def _backup(parser: ArgumentParser) -> None:
    parser.add_argument("file", type=Path, nargs="?", help="where to write it; - is standard output (default: by time)")
    parser.add_argument("--keep", type=int, metavar="N", help="remove all but the newest N in the same folder")
    parser.add_argument("--without-files", action="store_true", help="leave out uploaded files")


def _restore(parser: ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="what `bodega backup` has written; - is standard input")
    parser.add_argument("--replace", action="store_true", help="move an installation that is in use aside")
    parser.add_argument("--check", action="store_true", help="only see whether the copy is whole")


def _move(parser: ArgumentParser) -> None:
    parser.add_argument("--to", required=True, metavar="ADDRESS", help="sqlite:///… or postgresql://…, as in settings")
    parser.add_argument("--replace", action="store_true", help="move an installation that is there aside")


def _digest(parser: ArgumentParser) -> None:
    parser.add_argument("file", type=Path, nargs="?", help="a copy (default: this installation)")
    parser.add_argument("--json", action="store_true", help="answer as JSON")


def _upgrade(parser: ArgumentParser) -> None:
    parser.add_argument("--dry-run", action="store_true", help="look at everything, list the steps and change nothing")
    parser.add_argument("--no-backup", action="store_true", help="take no copy first")


def _manage(parser: ArgumentParser) -> None:
    parser.add_argument("words", nargs=REMAINDER)


COMMANDS = {
    "serve": Command("run everything: pages, jobs and the clock", _serve, "serve"),
    "web": Command("run the pages alone", _web, "web"),
    "worker": Command("run jobs and the clock alone", _worker, "worker"),
    "init": Command("make an empty installation with its first administrator", _init, "init"),
    "demo": Command("load the sample company, Harbour Hardware", _demo, "demo"),
    "doctor": Command(
        "say what is wrong with this installation and how to mend it", _doctor, "doctor", needs_django=False
    ),
    "user": Command("add people, list them, change a password, end an access", _user, "user"),
    "token": Command("make, list and end tokens for the API", _token, "token"),
    "audit": Command("prove that the audit log is whole, write it to a file", _audit, "audit"),
    "import": Command("bring in records from CSV and XLSX files", _import, "import_"),
    "ask": Command("answer a question about the records", _ask, "ask"),
    "export": Command("write records to a CSV, XLSX or JSON Lines file", _export, "export"),
    "explain": Command("say what follows from a record type, and where it is written", _explain, "explain"),
    "reindex": Command("read every record in for the search box", lambda _parser: None, "reindex"),
    "backup": Command("write a copy of everything to one file, while Bodega runs", _backup, "backup"),
    "restore": Command("make an installation from a copy", _restore, "restore"),
    "move": Command("take this installation's records to another database", _move, "move"),
    "digest": Command("say by what installations that hold the same are known", _digest, "digest"),
    "upgrade": Command("bring the database to this version of the program", _upgrade, "upgrade"),
    "manage": Command("pass words on to Django's own commands", _manage, "manage", is_hidden=True),
}


def parser() -> ArgumentParser:
    """The whole grammar; made without Django, so that help comes at once."""
    top = ArgumentParser(prog="bodega", description=_overview(), formatter_class=RawDescriptionHelpFormatter)
    top.add_argument("--version", action="version", version=f"bodega {version()}")
    words = top.add_subparsers(dest="command", metavar="COMMAND", required=True, title="commands")
    for word, command in COMMANDS.items():
        if command.is_hidden:
            made = words.add_parser(word, add_help=False)
        else:
            made = words.add_parser(word, help=command.help, description=_sentence(command.help))
        command.arguments(made)
    return top


def version() -> str:
    try:
        return installed_version("bodega")
    except PackageNotFoundError:
        return "(run from its source)"


def main(words: Sequence[str] | None = None) -> int:
    """Does what `words` say and returns the exit code: 0 done, 1 refused, 2 not understood, 75 try again later."""
    options = parser().parse_args(shielded(sys.argv[1:] if words is None else words))
    command = COMMANDS[options.command]
    try:
        if command.needs_django:
            prepare()
        return _run(command, options)
    except Refusal as refusal:
        print(f"bodega: {refusal}", file=sys.stderr)
        return refusal.code
    except KeyboardInterrupt:
        return 130


def shielded(words: Sequence[str]) -> list[str]:
    """A question may begin with a minus (`-status:open`): a blank before it keeps it from being taken for an option."""
    return [f" {word}" if word[:1] == "-" and word[1:2] != "-" and ":" in word else word for word in words]


def prepare() -> None:
    """Checks the settings, makes the data folder and sets Django up; `Refusal` names every setting that is wrong."""
    from bodega.web import config  # slow, and help doesn't need it

    try:
        config.load().prepare()
    except config.ConfigError as error:
        raise Refusal(f"these settings are wrong:\n  {str(error).replace(chr(10), chr(10) + '  ')}") from None
    except OSError as error:
        raise Refusal(f"the data folder {error.filename} can't be made: {error.strerror}") from None
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bodega.web.settings")
    import django  # slow, and help doesn't need it

    django.setup()


def _run(command: Command, options: Namespace) -> int:
    run: Callable[[Namespace], int] = import_module(f"bodega.web.commands.{command.module}").run
    if not command.needs_django:
        return run(options)
    from django.db import Error, OperationalError, ProgrammingError  # slow, and help doesn't need it

    from bodega.lib.outages import Outage, outage_of  # slow, and help doesn't need it

    try:
        return run(options)
    except (Error, OSError) as error:
        outage = outage_of(error)
        if outage is Outage.FULL:
            raise Refusal("the disk is full. Make room, then give the command again.", code=LATER) from error
        if outage is None and not isinstance(error, OperationalError | ProgrammingError):
            raise
        text = f"the database answers: {str(error).strip()}\n`bodega doctor` says more."
        raise Refusal(text, code=LATER if outage else 1) from error


def _overview() -> str:
    start = "Start with `bodega init` and `bodega serve`, or look around with `bodega demo`."
    return f"Bodega: one memory of every customer.\n\n{start}"


def _sentence(words: str) -> str:
    return words[0].upper() + words[1:] + "."
