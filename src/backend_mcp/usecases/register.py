"""Register with a client, and undo it: what would change in which file, then all of it or nothing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from backend_mcp.clients import files, known, ledger
from backend_mcp.clients.change import Draft, has_any, holds, is_left_over, settle
from backend_mcp.clients.files import Change
from backend_mcp.clients.layouts import Client, Command, Layout, Where
from backend_mcp.clients.ledger import Ledger
from backend_mcp.clients.names import PROJECT
from backend_mcp.clients.wish import (
    ALLOW,
    GATE,
    MOVED,
    PARTS,
    SERVER,
    PlaceError,
    Wish,
    readable,
    state,
)  # fmt: skip
from backend_mcp.errors import RegisterError


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be done: the changes, what is known of each file afterwards, and what there is to say."""

    changes: tuple[Change, ...]
    ledgers: tuple[Ledger, ...]
    notes: tuple[str, ...]
    offers: tuple[str, ...]
    """The parts that could be registered besides, and are not there yet."""

    @property
    def idle(self) -> bool:
        """Whether no file would change."""
        return all(change.idle for change in self.changes)


@dataclass(frozen=True, slots=True)
class Registering:
    """A client, a scope, the folders of this machine, the command, and where it is kept what was done.

    `lines` is the text for agents; `state` the state folder, None where there is none.
    """

    client: Client
    scope: str
    where: Where
    command: Command
    lines: str
    state: Path | None

    @property
    def layout(self) -> Layout:
        """The client's files in this scope."""
        return self.client.layout(self.where, self.scope, self.command)

    def install(self, choices: Mapping[str, bool | None]) -> Plan:
        """Plan to register; `choices` of a part: put it, take it out, or leave it as it is (None).

        Raises:
            RegisterError: a file can't take its part; nothing is planned then.
        """
        layout = self.layout
        present = known.plugin(self.client.id, self.where)
        wishes = self._wishes(layout, present is not None)
        wishes, notes = self._usable(
            wishes, lambda w: w.part == SERVER or bool(choices.get(w.part))
        )
        if present is not None:
            notes.append(
                f"The plugin is on ({present}); it brings the server and the hook, which are not "
                "registered a second time."
            )
        for part in (ALLOW, GATE):
            why = layout.unallowed if part == ALLOW else layout.unhooked
            if choices.get(part) and why:
                notes.append(f"{self.client.title}: {why}.")
        drafts = self._drafts(wishes)
        offers = [
            w.part
            for w in wishes
            if choices.get(w.part) is None and w.part != SERVER and not self._there(w)
        ]
        notes += self._shadowed(drafts)
        drafts = self._settled(drafts, wishes, {**choices, SERVER: True})
        return self._plan(drafts, wishes, tuple(notes), tuple(offers))

    def _wishes(self, layout: Layout, plugged: bool) -> list[Wish]:
        """Return the wishes that make sense, each in the file where it stands already, if it does."""
        wishes = [
            w for w in layout.wishes(self.lines) if not (plugged and w.part in (SERVER, GATE))
        ]
        if plugged and self.client.id == "claude":
            wishes = [_of_plugin(w) if w.part == ALLOW else w for w in wishes]
        elif (
            plugged and self.client.id == "codex"
        ):  # a table of rules alone would be a server to Codex
            wishes = [w for w in wishes if w.part != ALLOW]
        elsewhere = [w for w in layout.others() if not plugged and self._there(w)]
        if elsewhere and not self._there(wishes[0]):
            wishes[0] = elsewhere[0]
        return wishes

    def _usable(
        self, wishes: Sequence[Wish], due: Callable[[Wish], bool]
    ) -> tuple[list[Wish], list[str]]:
        """Return the wishes with their real files, without those whose file is no good and not due."""
        usable, notes = [], []
        for wish in wishes:
            try:
                self._draft(wish)
                usable.append(replace(wish, file=files.real(wish.file, wish.within)))
            except RegisterError as error:
                if due(wish):
                    raise
                notes.append(f"{error.file}: left alone: {error.reason}.")
        return usable, list(dict.fromkeys(notes))

    def _there(self, wish: Wish) -> bool:
        return holds(self._draft(wish).text, wish)

    def _drafts(self, wishes: Sequence[Wish]) -> dict[Path, Draft]:
        drafts = {}
        for wish in wishes:
            if wish.file not in drafts:
                drafts[wish.file] = self._draft(wish)
        return drafts

    def _draft(self, wish: Wish) -> Draft:
        file = files.real(wish.file, wish.within)
        text, _ = files.text_of(file, files.read(file))
        try:
            state(text, wish)
        except PlaceError as error:
            raise _told(file, error, "mend the file, then run this again") from error
        return Draft(text, ledger.load(self.state, file))

    def _settled(
        self,
        drafts: Mapping[Path, Draft],
        wishes: Sequence[Wish],
        choices: Mapping[str, bool | None],
    ) -> dict[Path, Draft]:
        settled = {}
        for file, draft in drafts.items():
            here = [w for w in wishes if w.file == file]
            if not has_any(draft.text, here):  # what was noted has gone with the file of that time
                draft = replace(draft, ledger=Ledger(str(file)))
            moved = [
                w
                for w in here
                if state(draft.text, w) == MOVED and choices.get(w.part) is not False
            ]
            try:
                if any(choices.get(w.part) is not False for w in here):
                    readable(draft.text, here[0].form)
                after = settle(draft, here, choices, self._owner(file))
            except PlaceError as error:
                step = "take that out or mend it, then run this again; --print shows our part"
                raise _told(file, error, step) from error
            if any(w.part in (SERVER, GATE) for w in moved):
                after = after.say("the command stood elsewhere before, and is brought up to date")
            settled[file] = after
        return settled

    def _owner(self, file: Path) -> str:
        """Return for whom something stands in a file: one outside the project serves others as well."""
        if self.scope != PROJECT or file.is_relative_to(self.where.project):
            return self.client.id
        return f"{self.client.id} in {self.where.project}"

    def _shadowed(self, drafts: Mapping[Path, Draft]) -> list[str]:
        """Say when Copilot CLI would no longer read its own file, because of one that is new."""
        new, hidden = self.where.project / ".mcp.json", self.where.project / ".github" / "mcp.json"
        if self.scope == PROJECT and new in drafts and not new.exists() and hidden.exists():
            return [f"Copilot CLI reads .mcp.json instead of {hidden} once it is there."]
        return []

    def uninstall(self) -> Plan:
        """Plan to take out everything of ours that this client has in this scope.

        Raises:
            RegisterError: a file can't be read; nothing is planned then.
        """
        layout = self.layout
        wishes = [*layout.wishes(self.lines), *layout.others()]
        wishes = [
            _of_both(w) if w.part == ALLOW and self.client.id == "claude" else w for w in wishes
        ]
        wishes, notes = self._usable(wishes, self._noted)
        drafts = self._settled(self._drafts(wishes), wishes, dict.fromkeys(PARTS, False))
        return self._plan(drafts, wishes, tuple(notes), ())

    def _noted(self, wish: Wish) -> bool:
        """Whether install is known to have put something into the file of a wish."""
        return bool(ledger.load(self.state, wish.file).pieces)

    def _plan(
        self, drafts: Mapping[Path, Draft], wishes: Sequence[Wish], notes: tuple[str, ...],
        offers: tuple[str, ...],
    ) -> Plan:  # fmt: skip
        forms = {w.file: w.form for w in wishes}
        changes, ledgers = [], []
        for file, draft in drafts.items():
            change, kept = _change(file, draft, forms[file])
            changes.append(change)
            ledgers.append(kept)
            notes += tuple(f"{file}: {note}." for note in draft.notes)
        return Plan(tuple(changes), tuple(ledgers), notes, offers)

    def carry_out(self, plan: Plan) -> bool:
        """Make the changes, all or none; return whether what was done could be kept for uninstall.

        Raises:
            RegisterError: a file can't be written; none was changed.
        """
        files.write_all(plan.changes)
        kept = [ledger.save(self.state, held) for held in plan.ledgers]
        return all(kept)


def _change(file: Path, draft: Draft, form: str) -> tuple[Change, Ledger]:
    """Turn a draft into bytes; a file that install made and that holds nothing else goes again."""
    before = files.read(file)
    text, mark = files.text_of(file, before)
    kept = draft.ledger
    if before is None and draft.text:
        folders = files.missing_folders(file)
        kept = replace(kept, absent=True, folders=tuple(map(str, folders)))
        return Change(file, None, draft.text.encode(), folders), kept
    if draft.text == text:
        return Change(file, before, before), kept
    if kept.absent and not kept.pieces and is_left_over(draft.text, form):
        return Change(file, before, None, tuple(map(Path, kept.folders))), kept
    return Change(file, before, mark + draft.text.encode()), kept


def _told(file: Path, error: PlaceError, step: str) -> RegisterError:
    return RegisterError(file, error.line, error.reason, step)


def _of_plugin(wish: Wish) -> Wish:
    """Return the rule for the tools by the names that they have when a plugin brings them (Claude Code)."""
    return replace(
        wish, value=[v.replace("backend", "plugin_backend-mcp_backend") for v in wish.value]
    )


def _of_both(wish: Wish) -> Wish:
    return replace(wish, value=[*wish.value, *_of_plugin(wish).value])
