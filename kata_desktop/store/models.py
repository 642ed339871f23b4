"""Configured models; their keys are elsewhere, in the keyring."""

from __future__ import annotations

from kata_desktop.domain.errors import NotFound
from kata_desktop.domain.model import ModelConfig, Provider
from kata_desktop.store.connection import Connection, Row

_SELECT = "SELECT name, provider, model_id, base_url, thinking, is_default FROM models"


def _from_row(row: Row) -> ModelConfig:
    return ModelConfig(
        name=row[0],
        provider=Provider(row[1]),
        model_id=row[2],
        base_url=row[3],
        thinking=row[4],
        is_default=bool(row[5]),
    )


def upsert(db: Connection, model: ModelConfig) -> None:
    """Store a model under its name, replacing one of the same name; a default one takes that place from the other."""
    if model.is_default:
        db.execute("UPDATE models SET is_default = 0 WHERE is_default = 1 AND name != ?", (model.name,))
    db.execute(
        "INSERT INTO models (name, provider, model_id, base_url, thinking, is_default) VALUES (?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (name) DO UPDATE SET provider = excluded.provider, model_id = excluded.model_id, "
        "base_url = excluded.base_url, thinking = excluded.thinking, is_default = excluded.is_default",
        (model.name, model.provider.value, model.model_id, model.base_url, model.thinking, model.is_default),
    )


def get(db: Connection, name: str) -> ModelConfig:
    """The model with that name, in any letter case; NotFound when there is none."""
    model = find(db, name)
    if model is None:
        raise NotFound("model", name)
    return model


def find(db: Connection, name: str) -> ModelConfig | None:
    """The model with exactly that name, or else that name in any letter case; None when there is none."""
    row = db.one(
        f"{_SELECT} WHERE name = ? OR folded(name) = folded(?) ORDER BY name = ? DESC LIMIT 1", (name, name, name)
    )
    return None if row is None else _from_row(row)


def default(db: Connection) -> ModelConfig | None:
    """The application's default model; None when none was chosen."""
    row = db.one(f"{_SELECT} WHERE is_default = 1")
    return None if row is None else _from_row(row)


def listed(db: Connection) -> list[ModelConfig]:
    """Every model, by name."""
    return [_from_row(row) for row in db.all(f"{_SELECT} ORDER BY folded(name), name")]


def remove(db: Connection, name: str) -> bool:
    """Forget the model with exactly that name; False when there is none."""
    return bool(db.execute("DELETE FROM models WHERE name = ?", (name,)).rowcount)


def set_default(db: Connection, name: str) -> None:
    """Make the model with exactly that name the only default; empty leaves none. NotFound when there is none."""
    db.execute("UPDATE models SET is_default = 0 WHERE is_default = 1")
    if name and not db.execute("UPDATE models SET is_default = 1 WHERE name = ?", (name,)).rowcount:
        raise NotFound("model", name)
