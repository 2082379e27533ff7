"""calendar.wasm in Python: loads the component, links what it imports, and calls what it exports."""

import re
import types
import typing
from dataclasses import fields, is_dataclass

from wasmtime import Config, Engine, Store, WasiConfig
from wasmtime.component import Component, Linker, Record, Variant

PACKAGE = "calendar:scheduling/{}@0.1.0"


class CalendarError(Exception):
    """A call that the component refused; `code`, `message`, `remedy` and so on as in wit/types.wit."""

    def __init__(self, error: types.SimpleNamespace):
        super().__init__(f"{error.message} (hint: {error.remedy})")
        self.__dict__.update(vars(error))


class CalendarComponent:
    """One instance. `imports` maps secrets, token-store, booking-store and cache to objects with their functions as methods.

    An instance serves one call at a time: in a server, keep one per thread."""

    def __init__(self, path: str, imports: dict[str, object]):
        config = Config()
        config.cache = True  # compiled once, then read from wasmtime's cache folder
        engine = Engine(config)
        component, linker = Component.from_file(engine, path), Linker(engine)
        linker.add_wasip2()
        linker.add_wasi_http()
        with linker.root() as root:
            for interface, host in imports.items():
                with root.add_instance(PACKAGE.format(interface)) as instance:
                    for name in (name for name in dir(host) if not name.startswith("_")):
                        instance.add_func(name.replace("_", "-"), _callback(getattr(host, name)))
        self._store = Store(engine)
        self._store.set_wasi(WasiConfig())
        self._store.set_wasi_http()
        self._instance = linker.instantiate(self._store, component)

    def call(self, interface: str, function: str, *arguments, returns=None):
        """Calls an exported function; its answer, as the dataclass `returns` (or a list of it) if one is given."""
        index = self._instance.get_export_index(self._store, PACKAGE.format(interface))
        index = self._instance.get_export_index(self._store, function, index)
        exported = self._instance.get_func(self._store, index)
        answer = exported(self._store, *map(to_wasm, arguments))
        exported.post_return(self._store)
        # A result whose two sides are records keeps its tag; any other is lifted without, and a record is then the error.
        is_error = answer.tag == "err" if isinstance(answer, Variant) else isinstance(answer, Record)
        value = answer.payload if isinstance(answer, Variant) else answer
        if is_error:
            raise CalendarError(from_wasm(value, None))
        return from_wasm(value, returns)


def _callback(method):
    return lambda _store, *arguments: to_wasm(method(*(from_wasm(one, None) for one in arguments)))


def to_wasm(value):
    """Dataclasses and namespaces become records, with kebab-case names."""
    if isinstance(value, Variant):
        return Variant(value.tag, to_wasm(value.payload))
    if is_dataclass(value) or isinstance(value, types.SimpleNamespace):
        record = Record()
        for name, field in vars(value).items():
            setattr(record, name.replace("_", "-"), to_wasm(field))
        return record
    return [to_wasm(one) for one in value] if isinstance(value, list) else value


def from_wasm(value, kind):
    """Records become the dataclass `kind`, or namespaces with snake_case names where none is given."""
    inner = typing.get_args(kind)
    if isinstance(value, list):
        return [from_wasm(one, inner[0] if inner else None) for one in value]
    if not isinstance(value, Record):
        return value
    kind = next((one for one in (kind, *inner) if is_dataclass(one)), None)
    named = {re.sub("-", "_", name): field for name, field in vars(value).items()}
    if kind is None:
        return types.SimpleNamespace(**{name: from_wasm(field, None) for name, field in named.items()})
    known = typing.get_type_hints(kind)
    return kind(**{field.name: from_wasm(named[field.name], known[field.name]) for field in fields(kind)})
