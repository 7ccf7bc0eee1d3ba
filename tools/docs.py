"""What of the documentation is made from the code: a hook of mkdocs, and a check of what it built.

A line ``<!-- made: NAME -->`` in a page stands for what the function ``NAME`` of ``MADE`` returns.
"""

import html
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from importlib import import_module
from inspect import getmodule
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import intercom_async
from intercom_async import ContactFields, F, TicketFields
from intercom_async.core.fields import Fields
from intercom_async.core.query import Field
from intercom_async.export.tables import TABLES, describe

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files

ROOT: Final = Path(__file__).parent.parent
SEARCHED: Final[dict[str, Fields[Any]]] = {
    "F": F,
    "ContactFields": ContactFields,
    "TicketFields": TicketFields,
}
PACKAGES: Final = {
    "export": "Exports",
    "export.tables": "Tables",
    "report": "Reports",
    "webhooks": "Webhooks",
    "limiters": "Shared rate windows",
    "otel": "OpenTelemetry",
    "emulator": "Emulator",
    "emulator.faults": "Faults of the emulator",
    "emulator.pytest_plugin": "Fixtures for pytest",
}
_TITLES: Final = {
    "attachments": "Attachments",
    "changes": "Changes",
    "client": "The client",
    "core": "Streams, pages, queries and raw answers",
    "errors": "Errors",
    "net": "Pool, limits, settings and events",
    "resources": "Jobs",
    "scan": "Parallel walks",
}
_MADE_LINE: Final = re.compile(r"^<!-- made: (\w+) -->$", re.MULTILINE)


def nouns() -> dict[str, str]:
    """Return the dotted name of the class of each noun of the client, by attribute."""
    found: dict[str, str] = {}
    for name, attached in vars(intercom_async.AsyncIntercom).items():
        annotation = intercom_async.AsyncIntercom.__annotations__.get(name)
        if annotation and attached is not None:
            of = annotation.removeprefix("lazy[").removesuffix("]")
            found[name] = f"intercom_async.resources.{name}.{of}"
    return found


def public_names() -> dict[str, dict[str, str]]:
    """Return, by page of the reference, the dotted name of everything public by its own name."""
    pages: dict[str, dict[str, str]] = defaultdict(dict)
    modules = {  # where each public name is
        **intercom_async._MODULE_OF,  # noqa: SLF001
        **{
            name: module
            for module in intercom_async._WHOLE  # noqa: SLF001
            for name in import_module(f"intercom_async.{module}").__all__
        },
    }
    for name in import_module("intercom_async").__all__:
        if name == "__version__":
            continue
        module = modules[name]
        if module == "models":
            home = _home("intercom_async.models", name)
            page = "structs/" + home.rpartition(".")[0].rpartition(".")[2].strip("_")
        else:
            home = _home(f"intercom_async.{module}", name)
            page = module.split(".")[0]
            page = "queries" if page == "models" else page
        pages[page][name] = home
    for package in PACKAGES:
        module = f"intercom_async.{package}"
        described = {home for names in pages.values() for home in names.values()}
        homes = {name: _home(module, name) for name in import_module(module).__all__}
        pages[package] = {name: home for name, home in homes.items() if home not in described}
    for name, home in nouns().items():
        pages[f"nouns/{name}"][home.rpartition(".")[2]] = home
    return dict(pages)


def _home(module: str, name: str) -> str:
    """Return the dotted name by which something public is defined."""
    value = getattr(import_module(module), name)
    if isinstance(value, type) or callable(value):
        defined = getmodule(value)
        own = getattr(value, "__name__", None)
        if defined is not None and own == name and defined.__name__.startswith("intercom_async"):
            return f"{defined.__name__}.{name}"
    # A value or an alias: it is where a line of a module gives it.
    package = ROOT / module.replace(".", "/")
    files = sorted(package.rglob("*.py")) if package.is_dir() else [package.with_suffix(".py")]
    for file in files:
        if re.search(rf"^{name}(:| =)", file.read_text(encoding="utf-8"), re.MULTILINE):
            parts = file.relative_to(ROOT).with_suffix("").parts
            return ".".join(part for part in parts if part != "__init__") + f".{name}"
    raise LookupError(f"{module}.{name} is defined nowhere")


def reference() -> dict[str, str]:
    """Return the pages of the reference, Markdown by path."""
    pages = {}
    for page, names in public_names().items():
        title = page.rpartition("/")[2].replace("_", " ").capitalize()
        title = PACKAGES.get(page) or _TITLES.get(page) or title
        lines = [f"# {title}", ""]
        if page in PACKAGES:
            lines += [f"Import these from `intercom_async.{page}`.", ""]
        elif page.startswith("nouns/"):
            lines += [f"`intercom.{page.removeprefix('nouns/')}` of a client.", ""]
        else:
            lines += ["Import these from `intercom_async`.", ""]
        lines += [f"::: {home}" for home in dict.fromkeys(names.values())]
        pages[f"reference/{page.replace('.', '-')}.md"] = "\n".join(lines) + "\n"
    index = ["# Reference", "", "Every public name, and where it is described.", ""]
    for page, names in sorted(public_names().items()):
        links = (f"[`{name}`]({page.replace('.', '-')}.md#{names[name]})" for name in sorted(names))
        index.append(f"- **{page.replace('/', ', ')}**: {', '.join(links)}")
    pages["reference/index.md"] = "\n".join(index) + "\n"
    return pages


def fields() -> str:
    """Return every field that something can be searched by, with its operators."""
    parts = []
    for name, searched in SEARCHED.items():
        table = searched.table
        noun = next(iter(table.values())).noun
        parts += [f"### Fields of {noun} (`{name}`)", "", "| field | type | operators |"]
        parts += ["|---|---|---|", *(_field(name, key, each) for key, each in table.items()), ""]
    return "\n".join(parts)


def _field(of: str, key: str, field: Field[Any]) -> str:
    operators = " ".join(f"`{operator}`" for operator in field.operators)
    written = f"{of}.{key}" if key.replace(".", "").isidentifier() else f'{of}["{field.name}"]'
    return f"| `{written}` | {field.type_} | {operators} |"


def tables() -> str:
    """Return every table and column of an export."""
    return describe().partition("\n")[2].replace("\n## ", "\n### ")


def benchmarks() -> str:
    """Return what the newest measurement printed."""
    results = (ROOT / "benchmarks/results").glob("20*cores.txt")
    return f"```text\n{max(results).read_text(encoding='utf-8')}```"


def faults() -> str:
    """Return what the comparison under faults printed."""
    return (ROOT / "benchmarks/results/faults.md").read_text(encoding="utf-8")


def changelog() -> str:
    """Return the changelog, without its title."""
    return (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").partition("\n")[2]


def security() -> str:
    """Return the security policy, without its title."""
    return (ROOT / "SECURITY.md").read_text(encoding="utf-8").partition("\n")[2]


MADE: Final[dict[str, Callable[[], str]]] = {
    made.__name__: made for made in (fields, tables, benchmarks, faults, changelog, security)
}


def on_config(config: "MkDocsConfig") -> None:
    """Put the pages of the reference into the navigation."""
    groups: dict[str, list[str]] = {"": [], "nouns": [], "structs": []}
    for page in reference():
        group = page.removeprefix("reference/").rpartition("/")[0]
        groups[group].append(page)
    index = "reference/index.md"
    top = [index, *(page for page in sorted(groups[""]) if page != index)]
    nested = [{"Nouns": sorted(groups["nouns"])}, {"Structs": sorted(groups["structs"])}]
    for entry in config.nav or ():
        if isinstance(entry, dict) and "Reference" in entry:
            entry["Reference"] = [*top, *nested]


def on_files(files: "Files", config: "MkDocsConfig") -> "Files":
    """Add the pages of the reference, and the plot of the benchmarks."""
    from mkdocs.structure.files import File  # noqa: PLC0415  # tests need no mkdocs

    for path, text in reference().items():
        files.append(File.generated(config, path, content=text))
    plot = str(ROOT / "benchmarks/results/cpu.svg")
    files.append(File.generated(config, "images/cpu.svg", abs_src_path=plot))
    return files


def on_page_markdown(markdown: str, **_: object) -> str:
    """Put what is made from the code in the place of its line."""
    return _MADE_LINE.sub(lambda match: MADE[match[1]](), markdown)


def on_post_build(config: "MkDocsConfig") -> None:
    """Fail where a page that was built lacks something public, a field or a column."""
    missing = list(_missing(Path(config.site_dir)))
    if missing:
        raise SystemExit(f"the documentation lacks {', '.join(missing)}")


def _missing(site: Path) -> Iterator[str]:
    for page, names in public_names().items():
        built = (site / "reference" / page.replace(".", "-") / "index.html").read_text("utf-8")
        anchors = set(re.findall(r'id="([^"]+)"', built))
        yield from (f"the name {home}" for home in names.values() if home not in anchors)
    search = html.unescape((site / "guides/search/index.html").read_text("utf-8"))
    for name, searched in SEARCHED.items():
        yield from (f"the field {name}.{key}" for key in searched.table if key not in search)
    columns = html.unescape((site / "guides/tables/index.html").read_text("utf-8"))
    for table in TABLES.values():
        section = columns.partition(f'id="{table.name}"')[2].partition("<h3")[0]
        for column in table.columns:
            if f"<code>{column.name}</code>" not in section:
                yield f"the column {table.name}.{column.name}"
