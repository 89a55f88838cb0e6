"""A project's photos, classes and edits: `project.db`, one SQLite file that survives being cut off.

Every edit is one transaction, which is on the disk before the edit counts as done: it puts a line into the
journal and changes the rows of the samples that it is about. One window has a project open at a time; the
lock is SQLite's own, which the system takes from a process that dies.

A copy of the file is made at each opening. Where the file turns out to be damaged, it is put aside, the copy
takes its place, and that is said.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from workbench.core.closing import Closing
from workbench.core.data.added import ADDED, folder_of_added, with_added_root, with_samples_of
from workbench.core.data.catalog import TABLE, Catalog, ImageClass, Roots, Sample
from workbench.core.data.edits import with_pictures_of
from workbench.core.data.test_set import without_test_set
from workbench.core.errors import InputError
from workbench.core.messages import Message
from workbench.core.project.catalog_file import about_json, catalog_about
from workbench.core.project.change import Change, applied, change_between, with_known_classes
from workbench.core.project.kept_test import kept_apart, let_test_set_go
from workbench.core.project.outside import Kept, Outside, compared, taken_in
from workbench.core.project.rows import GET, MOVE, PUT, TABLES, bytes_of, kept_of, row_of, str_of
from workbench.core.project.trouble import is_damage, is_held, make_copy, not_kept, put_aside

FILE = "project.db"
VERSION = 1


class ProjectStore(Closing):
    """An open project. Its methods may be called from any thread, one after the other.

    Args:
        folder: The project's own folder.

    Raises:
        InputError: Another window has it open, or a newer version wrote it.
        ResourceError: It cannot be written.

    Attributes:
        folder: The project's own folder.
        catalog: Its photos as the person has put them; None before `begin`.
        restored: Whether the file was damaged, so that it is the copy that was made at the last opening.
    """

    def __init__(self, folder: Path) -> None:
        self.folder, self._path = folder, folder / FILE
        self._lock = threading.Lock()
        self.restored = False
        self.catalog: Catalog | None = None
        self._places: dict[str, int] = {}
        self._rows: list[Kept] | None = None  # what the file holds, as long as that is as it was read
        for last in (False, False, True):  # the file, its copy, a new one
            try:
                self._database = self._opened()
                break
            except (sqlite3.DatabaseError, ValueError, KeyError, TypeError, AttributeError) as error:
                if is_held(error):
                    raise InputError("project_in_use") from error
                if last or not is_damage(error):
                    raise not_kept(self._path, error) from error
                put_aside(self._path, error)
                self.restored = True

    def begin(self, catalog: Catalog) -> Catalog:
        """Takes in a folder for the first time, or whatever it holds now; see `taken_in`.

        Returns:
            The project's catalog.

        Raises:
            ResourceError: The disk is full or may not be written to; nothing has changed.
        """
        with self._lock:
            with self._reading():
                known, names = self._kept(), self._classes()
                catalog = self._with_added(catalog, known)
                kept, classes = taken_in(known, names, catalog)
                about = json.dumps(about_json(catalog))
                if kept != known or {*classes} != {*names} or about != self._about():
                    with self._writing():
                        self._put_all(about, classes, kept if kept != known else None)
                self.catalog = self._read()
                self._rows = None  # they are of no use until the folder is read again
            self.catalog = kept_apart(self._known(), self.folder)
            return self.catalog

    def outside(self, read: Catalog) -> Outside:
        """How the folder, read again, differs from what was taken in."""
        before = self.catalog.reading if self.catalog is not None else None
        now = read.reading.key if read.reading is not None else ""
        by_table = now.startswith(TABLE) and before is not None and before.key == now
        with self._lock, self._reading():
            known = self._kept()
            return compared(known, self._with_added(read, known), by_table=by_table)

    def edit(self, told: Message, edit: Callable[[Catalog], Catalog]) -> Catalog:
        """Makes an edit, and keeps it; what was undone before can no longer be redone.

        Args:
            told: What is done, for the menu.
            edit: From the catalog to the next; see `core.data.edits`.

        Returns:
            The new catalog; the same where nothing changed.

        Raises:
            ResourceError: The disk is full or may not be written to; nothing has changed.
        """
        import msgspec  # with the first project: the window paints before it

        with self._lock:
            before = self._known()
            change = change_between(before, edit(before))
            if not change:
                return before
            with self._writing():
                self._run("DELETE FROM edits WHERE undone")
                line = json.dumps({"code": told.code, "values": dict(told.values)})
                written = json.dumps(msgspec.to_builtins(change))  # names may hold what is no UTF-8
                self._run("INSERT INTO edits (told, change, undone) VALUES (?, ?, 0)", (line, written))
                self._put(change)
            return self._now(applied(before, change))

    def join(self, pictures: Mapping[str, str]) -> Catalog:
        """Takes what a look at all photos has found: which show one picture, by ids of samples.

        It is made anew whenever the folder is read, and no edit.
        """
        with self._lock:
            self.catalog = with_pictures_of(self._known(), pictures)
            return self.catalog

    def draw_test_set(self, asked: float, *, seed: int, subfolders: bool = False) -> Catalog:
        """Keeps a share of the photos for a test, from now on; no edit: undo never touches it.

        Raises:
            InputError, ResourceError: As `kept_apart`.
        """
        with self._lock:
            before = self._known()
            self.catalog = kept_apart(before, self.folder, asked=asked, seed=seed, subfolders=subfolders)
            return self._another(before)

    def take_test_set(self) -> Catalog:
        """Takes the test set that a run may have drawn meanwhile."""
        with self._lock:
            before = self._known()
            self.catalog = before if before.test_asked else kept_apart(before, self.folder)
            return self._another(before)

    def let_test_set_go(self) -> Catalog:
        """Learns from the photos of the test set like from any other, from now on.

        Raises:
            ResourceError: As `kept_apart`.
        """
        with self._lock:
            before = self._known()
            let_test_set_go(self.folder)
            with self._reading():
                self.catalog = without_test_set(before, (each.sample for each in self._kept()))
            return self._another(before)

    def _another(self, before: Catalog) -> Catalog:
        """The catalog, one revision on where its sets are others: what follows it has to look again."""
        if self._known() is not before:
            self.catalog = replace(self._known(), revision=before.revision + 1)
        return self._known()

    def undo(self) -> Catalog:
        """Takes back the last edit; without one, nothing happens.

        Raises:
            ResourceError: As `edit`.
        """
        return self._step("SELECT number, change FROM edits WHERE NOT undone ORDER BY number DESC", back=True)

    def redo(self) -> Catalog:
        """Makes the edit again that was undone last; without one, nothing happens.

        Raises:
            ResourceError: As `edit`.
        """
        return self._step("SELECT number, change FROM edits WHERE undone ORDER BY number", back=False)

    @property
    def can_undo(self) -> Message | None:
        """The edit that `undo` takes back; None where there is none."""
        return self._told("SELECT told FROM edits WHERE NOT undone ORDER BY number DESC")

    @property
    def can_redo(self) -> Message | None:
        """The edit that `redo` makes again; None where there is none."""
        return self._told("SELECT told FROM edits WHERE undone ORDER BY number")

    def copy_to(self, file: Path) -> None:
        """Writes a copy of everything into a new file, as it is now.

        Raises:
            ResourceError: It cannot be written, or the project is closed.
        """
        with self._lock, self._reading(), contextlib.closing(sqlite3.connect(file)) as copy:
            self._database.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, without companions

    def close(self) -> None:
        """Lets go of the project."""
        with self._lock:
            self._database.close()

    # Opening

    def _opened(self) -> sqlite3.Connection:
        database = sqlite3.connect(self._path, timeout=0, isolation_level=None, check_same_thread=False)
        try:
            if self._prepare(database):
                self._database = database
                self.catalog = self._read()
                make_copy(database, self._path)  # only once it is known to be sound
        except BaseException:
            database.close()
            raise
        return database

    def _prepare(self, database: sqlite3.Connection) -> bool:
        """Takes the lock, and makes the tables where there are none; whether there were."""
        database.execute("PRAGMA locking_mode = EXCLUSIVE")
        if database.execute("PRAGMA user_version").fetchone()[0] > VERSION:
            raise InputError("newer_edits")
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")
        database.execute("BEGIN IMMEDIATE")  # from now on, nobody else has it
        (version,) = database.execute("PRAGMA user_version").fetchone()
        if not version:
            for table in TABLES:
                database.execute(table)
            database.execute(f"PRAGMA user_version = {VERSION}")
        database.execute("COMMIT")
        (found,) = database.execute("PRAGMA quick_check(1)").fetchone()
        if found != "ok":
            raise sqlite3.DatabaseError(found)
        return bool(version)

    # Reading

    def _read(self) -> Catalog | None:
        if (about := self._about()) is None:
            return None
        catalog = catalog_about(json.loads(about))
        kept = self._kept()
        self._places = {each.sample.id: place for place, each in enumerate(kept)}
        here = [(each.placed, each.standing) for each in kept if not each.gone]
        (revision,) = self._run("SELECT count(*) FROM edits WHERE NOT undone").fetchone()
        return replace(
            catalog,
            roots=self._roots(catalog, (sample for sample, _ in here)),
            classes=tuple(sorted(self._classes(), key=lambda each: each.name)),
            samples=tuple(sample for sample, standing in here if not standing.excluded),
            excluded=tuple(sample for sample, standing in here if standing.excluded),
            confirmed=frozenset(sample.id for sample, standing in here if standing.confirmed),
            revision=revision,
        )

    def _with_added(self, read: Catalog, known: Iterable[Kept]) -> Catalog:
        """What was read of the folder, with the photos that the person has added."""
        added = [each.sample for each in known if each.sample.root == ADDED]
        return with_samples_of(read, folder_of_added(self.folder), added)

    def _about(self) -> str | None:
        row = self._run("SELECT value FROM about").fetchone()
        return row[0] if row is not None else None

    def _kept(self) -> list[Kept]:
        if self._rows is None:
            self._rows = [kept_of(row) for row in self._run(GET)]
        return self._rows

    def _classes(self) -> list[ImageClass]:
        return [
            ImageClass(str_of(key), str_of(name)) for key, name in self._run("SELECT id, name FROM classes")
        ]

    def _known(self) -> Catalog:
        if self.catalog is None:
            raise ValueError("a project without photos cannot be edited")
        return self.catalog

    def _told(self, query: str) -> Message | None:
        with self._lock, self._reading():
            row = self._run(query).fetchone()
        return Message.read(json.loads(row[0])) if row is not None else None

    # Writing

    def _step(self, query: str, *, back: bool) -> Catalog:
        import msgspec  # with the first project: the window paints before it

        with self._lock:
            before = self._known()
            with self._reading():
                row = self._run(query).fetchone()
            if row is None:
                return before
            change = msgspec.convert(json.loads(row[1]), Change)
            # The folder may have been taken in again since the edit was made.
            after = with_known_classes(applied(before, change.backwards() if back else change))
            with self._writing():
                self._run("UPDATE edits SET undone = ? WHERE number = ?", (back, row[0]))
                self._put(change_between(before, after))
            return self._now(after)

    def _put_all(self, about: str, classes: Iterable[ImageClass], kept: Iterable[Kept] | None) -> None:
        """Writes down what a folder holds; the samples as they are where `kept` is None."""
        self._run("DELETE FROM about")
        self._run("INSERT INTO about VALUES (?)", (about,))
        self._run("DELETE FROM classes")
        names = ((bytes_of(each.id), bytes_of(each.name)) for each in classes)
        self._run_all("INSERT INTO classes VALUES (?, ?)", names)
        if kept is not None:  # a second's work where there are very many, and mostly nothing is new
            self._rows = None
            self._run("DELETE FROM samples")
            self._run_all(PUT, map(row_of, kept))

    def _put(self, change: Change) -> None:
        self._rows = None
        for placed in change.removed:
            self._run("DELETE FROM samples WHERE id = ?", (bytes_of(placed.sample.id),))
        for placed in change.added:
            kept = Kept(replace(placed.sample, class_id=None), placed.standing)
            self._places[placed.sample.id] = self._run(PUT, row_of(kept)).lastrowid or 0
        for each in change.pictured:
            values = bytes_of(each.after), bytes_of(each.sample_id)
            self._run("UPDATE samples SET picture = ? WHERE id = ?", values)
        for moved in change.moved:
            to = bytes_of(moved.after.class_id), moved.after.excluded, moved.after.confirmed
            self._run_all(MOVE, ((*to, bytes_of(sample)) for sample in moved.samples))
        for renamed in change.renamed:
            if renamed.after is None:
                self._run("DELETE FROM classes WHERE id = ?", (bytes_of(renamed.class_id),))
            else:
                values = bytes_of(renamed.class_id), bytes_of(renamed.after)
                self._run("INSERT OR REPLACE INTO classes VALUES (?, ?)", values)

    def _now(self, catalog: Catalog) -> Catalog:
        """Puts the samples, of which some may have come back or are new, into their places."""
        samples, excluded = (
            tuple(sorted(each, key=lambda sample: self._places[sample.id]))
            for each in (catalog.samples, catalog.excluded)
        )
        roots = self._roots(catalog, (*samples, *excluded))
        grown = len(self._known().samples) + len(self._known().excluded) != len(samples) + len(excluded)
        self.catalog = replace(catalog, roots=roots, samples=samples, excluded=excluded)
        if grown and catalog.test_asked:  # what is new is given its side
            self.catalog = kept_apart(self.catalog, self.folder)
        return self.catalog

    def _roots(self, catalog: Catalog, samples: Iterable[Sample]) -> Roots:
        """Where the samples lie; once photos were added, also where these are."""
        if ADDED in catalog.roots.folders or any(sample.root == ADDED for sample in samples):
            return with_added_root(catalog.roots, folder_of_added(self.folder))
        return catalog.roots

    def _run(self, statement: str, values: Iterable[Any] = ()) -> sqlite3.Cursor:
        return self._database.execute(statement, tuple(values))

    def _run_all(self, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
        self._database.executemany(statement, rows)

    @contextmanager
    def _reading(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise not_kept(self._path, error) from error

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One transaction: all of it, or nothing."""
        with self._reading():
            self._run("BEGIN IMMEDIATE")
            try:
                yield
                self._run("COMMIT")
            except BaseException:
                if self._database.in_transaction:
                    self._run("ROLLBACK")
                raise
