"""Work for vendors, in lanes."""

from datetime import datetime

from sqlalchemy import bindparam, delete, exists, insert, or_, select, update

from model.effect import Effect
from store import tables as t
from store.repos.base import Repository

_e = t.effect.c
_earlier = t.effect.alias("earlier").c
_BEHIND = exists().where(_earlier.lane == _e.lane, _earlier.id < _e.id, _earlier.failure.is_(None))
_UNCLAIMED = or_(_e.claimed_until.is_(None), _e.claimed_until <= bindparam("now"))
_ADD = insert(t.effect).inline()
_DUE = (
    select(_e.kind, _e.lane, _e.body, _e.id, _e.attempts + 1)
    .where(t.EFFECT_WAITS, _e.due_at <= bindparam("now"), _UNCLAIMED, ~_BEHIND)
    .order_by(_e.id)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True)
)
_SET = update(t.effect).where(_e.id == bindparam("key"))
_CLAIM = _SET.values(claimed_until=bindparam("until"), attempts=_e.attempts + 1)
_UNCLAIM = update(t.effect).where(_e.claimed_until.is_not(None)).values(claimed_until=None)
_DONE = delete(t.effect).where(_e.id == bindparam("key"))


class SqlEffects(Repository):
    """`model.ports.Effects`."""

    __slots__ = ()

    def add(self, effect: Effect, due_at: datetime) -> None:
        self._all(_ADD, kind=effect.kind, lane=effect.lane, body=effect.body, due_at=due_at, attempts=0)

    def take(self, now: datetime, until: datetime, limit: int) -> list[Effect]:
        taken = [Effect(*row) for row in self._all(_DUE, now=now, limit=limit)]
        for effect in taken:
            self._change(_CLAIM, key=effect.id, until=until)
        return taken

    def unclaim(self) -> None:
        self._change(_UNCLAIM)

    def done(self, effect_id: int) -> None:
        self._change(_DONE, key=effect_id)

    def retry(self, effect_id: int, due_at: datetime) -> None:
        self._change(_SET, key=effect_id, due_at=due_at, claimed_until=None)

    def dead(self, effect_id: int, reason: str) -> None:
        self._change(_SET, key=effect_id, failure=reason)
