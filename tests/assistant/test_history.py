"""Conversations and feedback: kept, found again, one user's never another's."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from assistant.history import History, history_path
from assistant.history.tables import MIGRATIONS, UNTITLED
from assistant.model import Turn
from index_build.errors import HistoryFault

ROW: dict[str, Any] = {
    "id": None,
    "answer": "由青禾县政务局牵头 [1]。",
    "outcome": "answered",
    "citations": [
        {
            "n": 1, "doc": "青禾县.txt", "policy": "青禾县优化营商环境方案", "doc_no": "青政发〔2031〕7号",
            "number": "3", "page": 2, "start": 120, "end": 168, "parts": [[120, 168]],
            "quote": "推行“一窗受理”，\n6月底前完成。（县政务局牵头）", "text": "推行“一窗受理”，6月底前完成，覆盖全部乡镇和街道的便民服务中心。",
        }
    ],
    "facts": [
        {
            "citation": 1, "measure": "m1", "lead": ["县政务局"], "responsible": ["县财政局"],
            "deadlines": [{"raw": "6月底前", "date": "2031-06-30", "who": None, "kind": "by"}],
        }
    ],
    "question_read": {"intent": "who_lead"},
}  # fmt: skip


class Clock:
    """A minute later at every call."""

    def __init__(self) -> None:
        self.now = dt.datetime(2031, 5, 1, 8, 0, tzinfo=dt.UTC)

    def __call__(self) -> dt.datetime:
        self.now += dt.timedelta(minutes=1)
        return self.now


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History(tmp_path / "data" / "history.db", clock=Clock())


def talk(history: History, user: str = "wang", question: str = "一窗受理谁牵头？") -> tuple[str, str]:
    """A conversation of one question and one answer: its id and the answer's id."""
    made = history.create(user)
    history.add(user, made.id, "user", question)
    said = history.add(user, made.id, "assistant", ROW["answer"], answer=ROW)
    return made.id, said.id


def test_it_lives_beside_the_index(tmp_path: Path) -> None:
    assert history_path(tmp_path / "cewen-index") == tmp_path / "cewen-index-data" / "history.db"


def test_a_restart_keeps_conversation_and_citations(history: History) -> None:
    ident, _ = talk(history)
    again = History(history.path)
    assert [m.role for m in again.messages("wang", ident)] == ["user", "assistant"]
    assert again.messages("wang", ident)[1].answer == ROW
    assert again.conversations("wang")[0].title == "一窗受理谁牵头？"
    assert again.conversations("wang")[0].messages == 2


def test_the_last_used_comes_first_and_pages(history: History) -> None:
    first, _ = talk(history, question="第一个")
    second, _ = talk(history, question="第二个")
    history.add("wang", first, "user", "再问")
    assert [c.id for c in history.conversations("wang")] == [first, second]
    assert [c.id for c in history.conversations("wang", limit=1, offset=1)] == [second]


def test_titles(history: History) -> None:
    made = history.create("wang")
    assert made.title == UNTITLED
    history.add("wang", made.id, "user", "政" * 40)
    assert history.conversation("wang", made.id).title == "政" * 29 + "…"
    assert history.rename("wang", made.id, " 牵头单位 ").title == "牵头单位"
    history.add("wang", made.id, "user", "别的问题")
    assert history.conversation("wang", made.id).title == "牵头单位"


def test_one_user_never_sees_anothers(history: History) -> None:
    ident, answer = talk(history, "wang")
    assert history.conversations("li") == []
    assert history.search("li", "一窗") == []
    tries = [
        lambda: history.conversation("li", ident),
        lambda: history.messages("li", ident),
        lambda: history.add("li", ident, "user", "问"),
        lambda: history.rename("li", ident, "我的"),
        lambda: history.delete("li", ident),
        lambda: history.export("li", ident),
        lambda: history.rate("li", answer, useful=True),
        lambda: history.cut("li", answer),
        lambda: history.message("li", answer),
    ]
    for attempt in tries:
        with pytest.raises(HistoryFault, match="没有这个"):
            attempt()
    history.unrate("li", answer)
    assert len(history.messages("wang", ident)) == 2


def test_search_needs_every_word_and_ignores_width(history: History) -> None:
    one, _ = talk(history, question="“一窗受理”（ABC）何时完成")
    talk(history, question="施工许可谁负责")
    assert [c.id for c in history.search("wang", "一窗 (abc)")] == [one]
    assert history.search("wang", "一窗 施工许可") == []
    assert history.search("wang", "%") == []
    assert len(history.search("wang", "牵头")) == 2  # both answers hold it


def test_delete_takes_the_messages_and_frees_the_feedback(history: History) -> None:
    ident, answer = talk(history)
    history.rate("wang", answer, useful=False, reason="部门不对")
    history.delete("wang", ident)
    assert history.conversations("wang") == []
    with pytest.raises(HistoryFault):
        history.messages("wang", ident)
    assert [(f.user, f.question, f.reason) for f in history.feedback()] == [
        (None, "一窗受理谁牵头？", "部门不对")
    ]
    with sqlite3.connect(history.path) as db:
        assert db.execute("SELECT count(*) FROM message").fetchone() == (0,)


def test_a_user_can_be_forgotten(history: History) -> None:
    _, answer = talk(history)
    talk(history)
    kept, _ = talk(history, "li")
    history.rate("wang", answer, useful=True)
    assert history.forget("wang") == 2
    assert history.conversations("wang") == []
    assert [f.user for f in history.feedback()] == [None]
    assert [c.id for c in history.conversations("li")] == [kept]


def test_a_question_can_be_taken_back_and_asked_again(history: History) -> None:
    ident, _ = talk(history)
    second = history.add("wang", ident, "user", "何时完成？")
    history.add("wang", ident, "assistant", "6月底前 [1]。", answer=ROW)
    history.cut("wang", second.id)
    history.add("wang", ident, "user", "谁配合？")
    assert [m.content for m in history.messages("wang", ident)] == [
        "一窗受理谁牵头？",
        ROW["answer"],
        "谁配合？",
    ]
    assert history.turns("wang", ident, last=1) == (Turn("user", "谁配合？"),)
    assert history.turns("wang", ident, last=9)[0] == Turn("user", "一窗受理谁牵头？")
    assert history.turns("wang", ident, last=0) == ()


def test_export_as_markdown_shows_each_source(history: History) -> None:
    ident, _ = talk(history)
    text = history.export("wang", ident)
    assert "由青禾县政务局牵头 [1]。" in text
    assert (
        "- [1] 《青禾县优化营商环境方案》（青政发〔2031〕7号） 第 3 项 第 2 页（青禾县.txt 120–168）："
        "“推行“一窗受理”， 6月底前完成。（县政务局牵头）”"
    ) in text


def test_export_as_json_is_whole(history: History) -> None:
    ident, _ = talk(history)
    whole = json.loads(history.export("wang", ident, "json"))
    assert whole["messages"][1]["answer"] == ROW
    with pytest.raises(ValueError, match="pdf"):
        history.export("wang", ident, "pdf")


def test_rating_again_replaces(history: History) -> None:
    ident, answer = talk(history)
    history.rate("wang", answer, useful=True)
    history.rate("wang", answer, useful=False, reason=" 时限错 ", right_answer="年底前")
    assert [(f.useful, f.reason, f.right_answer) for f in history.feedback()] == [(False, "时限错", "年底前")]
    assert [m.useful for m in history.messages("wang", ident)] == [None, False]
    history.unrate("wang", answer)
    assert history.feedback() == []


def test_only_answers_are_rated(history: History) -> None:
    ident, _ = talk(history)
    question = history.messages("wang", ident)[0]
    with pytest.raises(HistoryFault, match="只能评价"):
        history.rate("wang", question.id, useful=True)


def test_a_good_answer_becomes_a_draft_row(history: History) -> None:
    _, answer = talk(history)
    history.rate("wang", answer, useful=True)
    (row,) = history.drafts()
    assert row["type"] == "who_lead"
    assert row["question"] == "一窗受理谁牵头？"
    assert row["evidence"] == [
        {"doc": "青禾县.txt", "no": "3", "head": "推行“一窗受理”，6月底前完成，覆盖全部乡镇和街"}
    ]
    assert (row["lead"], row["responsible"]) == (["县政务局"], ["县财政局"])
    assert (row["deadline_iso"], row["deadline_raw"]) == (["2031-06-30"], ["6月底前"])
    assert row["draft"] is True


def test_a_wrong_answer_drafts_the_question_but_none_of_its_facts(history: History) -> None:
    ident, _ = talk(history)
    history.add("wang", ident, "user", "何时完成？")
    said = history.add("wang", ident, "assistant", "7月底前 [1]。", answer=ROW)
    history.rate("wang", said.id, useful=False, right_answer="6月底前")
    (row,) = history.drafts(useful=False)
    assert row["type"] == "follow_up"
    assert [t["content"] for t in row["history"]] == ["一窗受理谁牵头？", ROW["answer"]]
    assert (row["evidence"], row["lead"], row["deadline_iso"]) == ([], [], [])
    assert row["note"]["right_answer"] == "6月底前"
    assert list(history.drafts(useful=True)) == []


def test_many_threads_lose_nothing(history: History) -> None:
    ident, _ = talk(history)
    failures: list[Exception] = []

    def write(name: int) -> None:
        try:
            for n in range(10):
                history.add("wang", ident, "user", f"{name}-{n}")
        except HistoryFault as error:
            failures.append(error)

    threads = [threading.Thread(target=write, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    said = [m.content for m in history.messages("wang", ident)][2:]
    assert sorted(said) == sorted(f"{a}-{b}" for a in range(8) for b in range(10))
    for name in range(8):  # each writer's own order is kept
        assert [s for s in said if s.startswith(f"{name}-")] == [f"{name}-{n}" for n in range(10)]


def test_a_decision_about_a_doubtful_reading_is_kept(tmp_path: Path) -> None:
    history = History(tmp_path / "history.db", clock=Clock())
    history.review("wang", "m1", ["未见责任单位"], good=True)
    history.review("li", "m2", ["日期存疑"], good=False, note=" 应为 6 月底 ")
    history.review("li", "m1", ["未见责任单位"], good=False)  # who decides again replaces it
    kept = History(tmp_path / "history.db").reviews()
    assert {name: (one.good, one.note, one.user) for name, one in kept.items()} == {
        "m1": (False, "", "li"),
        "m2": (False, "应为 6 月底", "li"),
    }
    history.unreview("m1")
    assert list(history.reviews()) == ["m2"]


def test_a_file_of_the_version_before_is_brought_up(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    with sqlite3.connect(path) as db:
        db.executescript(MIGRATIONS[0])
        db.execute("INSERT INTO conversation VALUES ('c', 'wang', '旧', 1, '2031-05-01', '2031-05-01')")
        db.execute("PRAGMA user_version = 1")
    history = History(path)
    assert [one.title for one in history.conversations("wang")] == ["旧"]
    assert history.reviews() == {}


def test_a_newer_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    History(path).close()
    with sqlite3.connect(path) as db:
        db.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    with pytest.raises(HistoryFault, match="请升级"):
        History(path)


def test_a_damaged_file_is_named_with_its_remedy(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    path.write_bytes(b"not a database, however long it may be. " * 50)
    with pytest.raises(HistoryFault, match="请移走该文件"):
        History(path)


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(HistoryFault, match="检查权限"):
        History(tmp_path / "file" / "history.db")


def test_roles_are_two(history: History) -> None:
    made = history.create("wang")
    with pytest.raises(ValueError, match="system"):
        history.add("wang", made.id, "system", "x")


def test_a_question_is_kept_when_it_is_asked(history: History) -> None:
    first = history.begin("wang", None, "一窗受理谁牵头？")
    assert history.conversation("wang", first.conversation).title == "一窗受理谁牵头？"
    assert history.place_of("wang", first.id) == ("一窗受理谁牵头？", 0)
    history.reply("wang", first, "由县政务局牵头。", answer=ROW)
    second = history.begin("wang", first.conversation, "什么时候完成？")
    assert history.place_of("wang", second.id) == ("一窗受理谁牵头？", 1)
    assert [m.role for m in history.messages("wang", first.conversation)] == ["user", "assistant", "user"]
    before = history.turns("wang", first.conversation, last=12, before=second.id)
    assert [turn.content for turn in before] == ["一窗受理谁牵头？", "由县政务局牵头。"]
    with pytest.raises(HistoryFault):
        history.begin("li", first.conversation, "别人的对话")


def test_an_edited_question_takes_the_place_of_the_first(history: History) -> None:
    ident, _ = talk(history)
    first = history.messages("wang", ident)[0]
    again = history.begin("wang", ident, "一窗受理由谁负责？", instead_of=first.id)
    assert [m.id for m in history.messages("wang", ident)] == [again.id]
    with pytest.raises(HistoryFault):
        history.begin("wang", ident, "再问", instead_of=first.id)
    assert len(history.messages("wang", ident)) == 1, "nothing is kept of what failed"


def test_a_writer_goes_on_as_soon_as_the_one_before_is_done(history: History) -> None:
    """SQLite alone lets it sleep longer and longer before it tries again, after a quarter of a second for 88 ms,
    while others overtake it: among fifty some waited for seconds."""
    done: list[float] = []

    def write() -> None:
        history.create("li")
        done.append(time.perf_counter())

    delays = []
    for _ in range(3):
        second = threading.Thread(target=write)
        with history._write():
            second.start()
            time.sleep(0.240)
            released = time.perf_counter()
        second.join()
        delays.append(done[-1] - released)
    assert sorted(delays)[1] < 0.044
