"""A folder that is watched: what is taken, what is left out, and what no link leads to."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from samverk.core.errors import Invalid
from samverk.knowledge.source_views import SourceFields
from samverk.knowledge.sources.folder import Folder, left_out
from tests.knowledge.kept import Kept, builder, counts


async def test_a_folder_of_many_files_with_broken_ones_is_taken_whole(kept: Kept) -> None:
    for n in range(150):
        folder = kept.root / f"del {n % 5}"
        folder.mkdir(exist_ok=True)
        (folder / f"{n:03}.txt").write_text("damaged" if n % 12 == 0 else f"Rutin {n}", encoding="utf-8")
    source = await kept.folder_source()
    report = await kept.synced(source)
    assert (report.state, report.added, report.not_read, report.refused) == ("done", 150, 13, 0)
    assert counts(await kept.synced(source)) == (0, 0, 0, 0, 150)


async def test_a_folder_takes_what_is_ordinary_and_says_why_it_leaves_the_rest(kept: Kept) -> None:
    outside = kept.root.parent / "outside.txt"
    outside.write_text("secret", encoding="utf-8")
    (kept.root / "a.txt").write_text("a", encoding="utf-8")
    (kept.root / ".hidden").mkdir()
    (kept.root / ".hidden" / "b.txt").write_text("b", encoding="utf-8")
    (kept.root / "~$a.docx").write_text("x", encoding="utf-8")
    (kept.root / "large.txt").write_text("x" * 2_000, encoding="utf-8")
    (kept.root / "out.txt").symlink_to(outside)
    (kept.root / "in.txt").symlink_to(kept.root / "a.txt")
    (kept.root / "loop").symlink_to(kept.root)
    os.mkfifo(kept.root / "pipe")
    (kept.root / ("å" * 120 + ".txt")).write_text("långt namn", encoding="utf-8")
    os.close(os.open(os.fsencode(kept.root) + b"/r\xe5d.txt", os.O_CREAT | os.O_WRONLY, 0o600))
    report = await kept.synced(await kept.folder_source())
    assert report.state == "done"
    refused = await kept.entries(report, "refused")
    assert refused == {
        ".hidden": "hidden",
        "large.txt": "too_large",
        "loop": "linked_folder",
        "out.txt": "link_outside",
        "pipe": "not_a_file",
        "~$a.docx": "temporary",
    }
    assert await kept.paths() == ["delat/a.txt", "delat/in.txt", "delat/råd.txt", f"delat/{'å' * 120}.txt"]


async def test_a_folder_that_vanished_removes_nothing(kept: Kept) -> None:
    (kept.root / "a.txt").write_text("a", encoding="utf-8")
    source = await kept.folder_source()
    await kept.synced(source)
    kept.root.rename(kept.root.with_name("moved"))
    report = await kept.synced(source)
    assert report.state == "failed"
    assert await kept.paths() == ["delat/a.txt"]
    kept.root.with_name("moved").rename(kept.root)
    assert counts(await kept.synced(source)) == (0, 0, 0, 0, 1)


async def test_what_lies_in_a_folder_that_cannot_be_opened_stays(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = kept.root / "stängd"
    closed.mkdir()
    (closed / "a.txt").write_text("a", encoding="utf-8")
    source = await kept.folder_source()
    await kept.synced(source)
    look = os.scandir

    def refuse(path: object) -> object:
        if path == closed:
            raise PermissionError(13, "Permission denied")
        return look(path)  # type: ignore[call-overload]

    monkeypatch.setattr(os, "scandir", refuse)
    report = await kept.synced(source)
    assert (report.state, report.removed, report.refused) == ("done", 0, 2)
    assert await kept.paths() == ["delat/stängd/a.txt"]


async def test_a_link_that_takes_a_files_place_while_it_is_fetched_is_not_followed(kept: Kept) -> None:
    (kept.root / "a.txt").write_text("a", encoding="utf-8")
    outside = kept.root.parent / "outside.txt"
    outside.write_text("secret", encoding="utf-8")
    tools = replace(kept.sources._toolbox.tools("bjorksta"), scratch=kept.root.parent)
    async for mention in Folder().walk({"folder": str(kept.root)}, "", {}, tools):
        (kept.root / "a.txt").unlink()
        (kept.root / "a.txt").symlink_to(outside)
        with pytest.raises(Exception, match="leads out"):
            await mention.fetch(kept.root.parent / "copy")  # type: ignore[union-attr]


@pytest.mark.parametrize("folder", ["/etc", "relative", "{root}/../..", "{root}/missing", "/nul\0byte", "{root}/out"])
async def test_only_folders_below_the_roots_may_be_watched(kept: Kept, folder: str) -> None:
    (kept.root / "out").symlink_to("/etc")
    fields = SourceFields("folder", {"folder": folder.replace("{root}", str(kept.root))})
    with pytest.raises(Invalid) as error:
        await kept.sources.add(kept.who, "regler", fields)
    assert error.value.facts["param"] == "folder"


async def test_a_root_can_belong_to_one_organisation(kept: Kept, tmp_path: Path) -> None:
    for org in ("bjorksta", "granby"):
        (tmp_path / org).mkdir()
    fields = SourceFields("folder", {"folder": str(tmp_path / "granby")})
    with pytest.raises(Invalid):
        await kept.sources.add(kept.who, "regler", fields)
    await kept.room.knowledge.create_collection(kept.room.other, "regler", "Regler")
    await kept.sources.add(builder(kept.room.other), "regler", fields)


@pytest.mark.parametrize(
    ("name", "taken"),
    [("a.pdf", True), ("Å.docx", True), (".git", False), ("Thumbs.db", False), ("a.TMP", False), ("b~", False)],
)
def test_names_that_are_left_out(name: str, taken: bool) -> None:
    assert (left_out(name) is None) is taken
