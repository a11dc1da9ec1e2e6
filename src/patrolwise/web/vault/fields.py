"""Fields that hold sealed values, and indexes that find them without opening them."""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from django.core.exceptions import FieldError
from django.db import models
from django.db.models.query_utils import DeferredAttribute

from patrolwise.web.vault.current import current_keyring
from patrolwise.web.vault.keyring import index_of, open_sealed, seal


@dataclass(frozen=True)
class Sealed:
    """A value as the database holds it, not opened yet."""

    data: bytes


class _SealedAttribute(DeferredAttribute):
    """Opens a value when it is first asked for, and not before: most pages need few of them."""

    field: "SealedField"

    def __get__(self, instance: models.Model | None, cls: type | None = None) -> Any:
        """Return the value in clear."""
        if instance is None:
            return self
        value = super().__get__(instance, cls)
        if isinstance(value, Sealed):
            value = self.field.open(instance, value)
            instance.__dict__[self.field.attname] = value
        return value

    def __set__(self, instance: models.Model, value: Any) -> None:
        """Keep a value; having this, Python asks `__get__` even when there is one."""
        instance.__dict__[self.field.attname] = value


class SealedField(models.BinaryField):  # type: ignore[type-arg]
    """Text that is sealed under its record's controller's key.

    The record has `controller`, and a primary key that it has before it is saved. An empty text is
    kept as NULL. There is no lookup but whether there is a value; queries cannot set it, and
    serializers see only what is sealed.
    """

    descriptor_class = _SealedAttribute
    _empty: ClassVar[Any] = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.update(null=True, blank=True, editable=False)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """Return what a migration needs to make the field."""
        name, path, args, kwargs = super().deconstruct()
        for key in ("null", "blank", "editable"):
            kwargs.pop(key, None)
        return name, path, args, kwargs

    def belongs_to(self, instance: models.Model) -> str:
        """Return what a value is bound to: table, record and field."""
        return f"{instance._meta.label_lower}:{instance.pk}:{self.attname}"

    def open(self, instance: models.Model, value: Sealed) -> Any:
        """Return a value in clear."""
        plain = open_sealed(
            current_keyring(), _controller_of(instance), value.data, self.belongs_to(instance)
        )
        return self._load(plain.decode())

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        """Return the value as it is, sealed; nothing for NULL."""
        return self._empty_value() if value is None else Sealed(bytes(value))

    def pre_save(self, model_instance: models.Model, add: bool) -> Sealed | None:
        """Return the value sealed; one that nobody opened goes back as it came."""
        value = model_instance.__dict__.get(self.attname)
        if isinstance(value, Sealed):
            return value
        if not value:
            return None
        if model_instance.pk is None:
            raise FieldError(f"{self.name} is sealed to its record: save the record first.")
        plain = self._dump(value).encode()
        controller, belongs_to = _controller_of(model_instance), self.belongs_to(model_instance)
        return Sealed(seal(current_keyring(), controller, plain, belongs_to))

    def get_prep_value(self, value: Any) -> Any:
        """Return bytes for the database; anything in clear is refused."""
        if value is None:
            return None
        if not isinstance(value, Sealed):
            raise FieldError(
                f"{self.name} is sealed: set it on a record and save that; no query sets it or "
                "looks it up."
            )
        return value.data

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """Return what the driver takes."""
        data = value if prepared or isinstance(value, bytes) else self.get_prep_value(value)
        return None if data is None else connection.Database.Binary(data)

    def get_lookup(self, lookup_name: str) -> Any:
        """Return the one lookup that there is."""
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None

    def value_from_object(self, obj: models.Model) -> str:
        """Return what serializers may see: the sealed value."""
        value = self.pre_save(obj, add=False)
        return "" if value is None else base64.b64encode(value.data).decode()

    def value_to_string(self, obj: models.Model) -> str:
        """Return the same: a fixture holds nothing in clear."""
        return self.value_from_object(obj)

    def get_default(self) -> Any:
        """Return nothing, in clear."""
        return self._empty_value()

    def _empty_value(self) -> Any:
        return self._empty

    def _dump(self, value: Any) -> str:
        return str(value)

    def _load(self, text: str) -> Any:
        return text


class SealedJSONField(SealedField):
    """A list or mapping that is sealed."""

    def _empty_value(self) -> Any:
        return {}

    def _dump(self, value: Any) -> str:
        return json.dumps(value, separators=(",", ":"), sort_keys=True)

    def _load(self, text: str) -> Any:
        return json.loads(text)


class BlindIndexField(models.CharField):  # type: ignore[type-arg]
    """What stands for a sealed value, so that an exact one can be found; empty for no value.

    Parameters
    ----------
    source : str
        The sealed field of the same record.
    """

    def __init__(self, *args: Any, source: str = "", **kwargs: Any) -> None:
        self.source = source
        kwargs.update(max_length=64, blank=True, default="", editable=False, db_index=True)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """Return what a migration needs to make the field."""
        name, path, args, kwargs = super().deconstruct()
        for key in ("max_length", "blank", "default", "editable", "db_index"):
            kwargs.pop(key, None)
        return name, path, args, {**kwargs, "source": self.source}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        """Return the index of what the source holds now."""
        value = getattr(model_instance, self.source)
        index = make_index(type(model_instance), self.source, value, _controller_of(model_instance))
        setattr(model_instance, self.attname, index)
        return index


def make_index(model: type[models.Model], source: str, value: str, controller: str) -> str:
    """Return what to look for in a blind index.

    Parameters
    ----------
    model : model class
    source : str
        The sealed field.
    value : str
        As somebody typed it.
    controller : str

    Returns
    -------
    str
        Empty for an empty value.
    """
    normal = _normalise(value)
    belongs_to = f"{model._meta.label_lower}:{source}"
    return index_of(current_keyring(), controller, normal, belongs_to) if normal else ""


def list_sealed(model: type[models.Model]) -> list[SealedField]:
    """Return the sealed fields of a table.

    Parameters
    ----------
    model : model class

    Returns
    -------
    list of SealedField
    """
    return [field for field in model._meta.concrete_fields if isinstance(field, SealedField)]


def _normalise(value: str) -> str:
    """Return a value in the form in which values are compared: letters and digits, in small."""
    kept: Callable[[str], bool] = str.isalnum
    return "".join(filter(kept, value.casefold()))


def _controller_of(instance: models.Model) -> str:
    return str(instance.controller)  # type: ignore[attr-defined]  # every sealed record has one
