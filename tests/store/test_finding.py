"""Finding chats in Postgres: the search over what was said and by whom, the views of the inbox, tags, and who was named."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from hub.actions.chats import ChatChange, change_chats, end_chat, rename_chat, start_chat, tag_chat
from hub.actions.corrections import edit_message
from hub.actions.finding import find_rows, list_tags, search_rows, see_mentions
from hub.actions.messages import post_message, post_note
from hub.actions.ports import Ports
from hub.actions.ratings import rate_chat
from hub.app import open_database
from hub.domain.chat import Row, StartFacts
from hub.domain.errors import BadRequest
from hub.domain.finding import FoundRow, RowFilter
from hub.domain.identity import AgentCaller
from hub.domain.profile import Access, AccessRule
from hub.settings import Settings
from hub.store.chats import Chats
from tests.doubles.conversation import begin_active_chat, begin_chat
from tests.doubles.secrets import open_secrets
from tests.doubles.tenant import Tenant, make_tenant
from tests.store.conftest import Connection


async def change_profile(ports: Ports, tenant: Tenant, **members: Any) -> None:
    """The tenant's profile with other members."""
    await ports.profiles.write_profiles(
        tenant.id,
        [tenant.profile.id],
        lambda known: [replace(profile, **members) for profile in known.values()],
    )


async def list_rows(ports: Ports, tenant: Tenant, chat_id: int) -> Sequence[Row]:
    """The chat's row as the inbox shows it."""
    assert isinstance(ports.chats, Chats)
    return await ports.chats.list_rows(tenant.id, [chat_id])


async def found_chats(ports: Ports, agent: AgentCaller, text: str) -> list[int]:
    """The chats a search finds, in its order."""
    page = await search_rows(ports, agent, text, None, 50)
    return [one.row.id for one in page.rows]


async def test_words_are_found_whatever_their_case_and_by_their_beginning(
    ports: Ports, tenant: Tenant
) -> None:
    start = await begin_active_chat(ports, tenant)
    other = await begin_active_chat(ports, tenant)
    await post_message(ports, start.caller, start.chat.id, "Is the GRÖSSE 54 Fernweh in stock?", "ask")
    await post_message(ports, other.caller, other.chat.id, "Where is my order?", "ask")

    for text in ("fernweh", "FERN", "54", "stock fernweh", " fern  sto "):
        assert await found_chats(ports, tenant.marta, text) == [start.chat.id], text
    assert await found_chats(ports, tenant.marta, "fernweh order") == []
    assert await found_chats(ports, tenant.marta, "!!!") == []


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("Привет, МИР", "мир"),
        ("你好世界", "世界"),
        ("it's O'Brien's \\ back", "o'brien's"),
        ("see shop.example/bikes?size=54", "shop.example"),
        ("100% & (nothing) | else:*", "nothing else"),
    ],
)
async def test_words_of_every_script_are_found(ports: Ports, tenant: Tenant, said: str, text: str) -> None:
    start = await begin_active_chat(ports, tenant)
    await post_message(ports, start.caller, start.chat.id, said, "ask")

    assert await found_chats(ports, tenant.marta, text) == [start.chat.id]


async def test_visitors_are_found_by_name_and_parts_of_their_address(ports: Ports, tenant: Tenant) -> None:
    facts = StartFacts(name="Ada Lovelace", email="ada.lovelace@analytical.example")
    start = await start_chat(ports, tenant.new_visitor(), tenant.profile, "one", facts)
    await begin_chat(ports, tenant)

    for text in ("lovelace", "Ada Love", "ada.lovelace@analytical.example", "analytical", "ada.love"):
        assert await found_chats(ports, tenant.marta, text) == [start.chat.id], text


async def test_a_chat_is_found_by_its_number_its_name_and_its_notes(ports: Ports, tenant: Tenant) -> None:
    start = await begin_active_chat(ports, tenant)
    await begin_chat(ports, tenant)
    await rename_chat(ports, tenant.marta, start.chat.id, "Squeaking brakes", "name")
    await post_note(ports, tenant.marta, start.chat.id, "Promised a callback", "note")

    for text in (f"#{start.chat.id}", "squeaking", "callback"):
        assert await found_chats(ports, tenant.marta, text) == [start.chat.id], text


async def test_words_that_were_taken_back_are_not_found(ports: Ports, tenant: Tenant) -> None:
    start = await begin_active_chat(ports, tenant)
    said = await post_message(ports, tenant.marta, start.chat.id, "It costs elevenpence", "say")
    chat = await ports.chats.find_chat(tenant.id, start.chat.id)
    assert chat is not None
    await edit_message(ports, tenant.marta, chat, said.event, "It costs twelvepence", "first")
    await edit_message(ports, tenant.marta, chat, said.event, "It costs thirteenpence", "second")

    assert await found_chats(ports, tenant.marta, "elevenpence") == []
    assert await found_chats(ports, tenant.marta, "twelvepence") == []
    assert await found_chats(ports, tenant.marta, "thirteenpence") == [start.chat.id]


async def test_who_was_active_last_comes_first_and_pages_tell_each_chat(ports: Ports, tenant: Tenant) -> None:
    chats = []
    for number in range(5):
        start = await begin_active_chat(ports, tenant)
        await post_message(ports, start.caller, start.chat.id, f"Saddle number {number}", "ask")
        chats.append(start.chat.id)

    told: list[int] = []
    after = None
    while True:
        page = await search_rows(ports, tenant.marta, "saddle", after, 2)
        told += [one.row.id for one in page.rows]
        after = page.after
        if after is None:
            break

    assert told == chats[::-1]


async def test_a_common_word_is_found_where_it_was_said_last(
    ports: Ports, tenant: Tenant, owner: Connection
) -> None:
    start = await begin_active_chat(ports, tenant)
    await owner.execute(
        "INSERT INTO events (tenant_id, chat_id, stream, seq, id, kind, side, actor_id, cid, body_hash, at, text)"
        " SELECT $1, $2, 'public', n, nextval('event_ids'), 'message_posted', 'agent', 0, 'x' || n, '', now(), 'hello there'"
        " FROM generate_series(1000, 3000) n",
        tenant.id,
        start.chat.id,
    )
    last = await begin_active_chat(ports, tenant)
    await post_message(ports, last.caller, last.chat.id, "Hello again", "ask")

    page = await search_rows(ports, tenant.marta, "hello", None, 10)

    assert [one.row.id for one in page.rows] == [last.chat.id, start.chat.id]


async def test_nobody_finds_what_they_may_not_see(ports: Ports, tenant: Tenant, settings: Settings) -> None:
    start = await begin_active_chat(ports, tenant)
    await post_message(ports, start.caller, start.chat.id, "Secret saddle", "ask")
    foreign = await make_tenant(ports, settings, open_secrets())
    assert await found_chats(ports, foreign.marta, "saddle") == []
    assert await found_chats(ports, foreign.marta, str(start.chat.id)) == []
    rows, _ = await ports.finding.search_rows(foreign.id, "saddle", tenant.marta.id, (), None, 10)
    assert rows == []

    access = Access(is_enforced=True, rules=(AccessRule("agent", tenant.marta.id, "read"),))
    rules = replace(tenant.profile.rules, access=access)
    await change_profile(ports, tenant, rules=rules)

    assert await found_chats(ports, tenant.jonas, "saddle") == []
    assert await found_chats(ports, tenant.marta, "saddle") == [start.chat.id]
    assert (await find_rows(ports, tenant.jonas, RowFilter("open", tenant.jonas.id), None, 10)).rows == []


async def test_the_search_passes_the_wall_for_the_named_tenants_only(
    ports: Ports, tenant: Tenant, settings: Settings
) -> None:
    start = await begin_active_chat(ports, tenant)
    await post_message(ports, start.caller, start.chat.id, "Secret saddle", "ask")
    foreign = await make_tenant(ports, settings, open_secrets())

    async with open_database(settings) as database, database.tenants([foreign.id]) as connection:
        rows = await connection.fetch(
            "SELECT * FROM search_chats($1, 'saddle', 0, '{}', 9223372036854775807, 10)", tenant.id
        )

    assert rows == []


async def test_a_cursor_that_was_not_handed_out_is_refused(ports: Ports, tenant: Tenant) -> None:
    for after in ("", "x", "1.", ".1", "1.2.3", "-1.2", "9" * 18 + "." + "9" * 18, "9" * 40):
        with pytest.raises(BadRequest):
            await find_rows(ports, tenant.marta, RowFilter("ended", tenant.marta.id), after, 10)
    with pytest.raises(BadRequest):
        await search_rows(ports, tenant.marta, "x" * 201, None, 10)


def ids(rows: Sequence[FoundRow]) -> list[int]:
    return [one.row.id for one in rows]


async def test_every_view_shows_its_chats_in_its_order(ports: Ports, tenant: Tenant) -> None:
    [team] = await ports.desk.teams.save_teams(tenant.id, [{"name": "Repairs"}])
    marta = replace(tenant.marta, team_ids=(team,))
    waiting = [(await begin_chat(ports, tenant)).chat.id for _ in range(3)]
    mine = await begin_active_chat(ports, tenant)
    ended = []
    for _ in range(3):
        start = await begin_chat(ports, tenant)
        await end_chat(ports, start.caller, start.chat.id, "end")
        ended.append(start.chat.id)
    await change_chats(ports, marta, [ChatChange(waiting[1], "team", details={"team_id": team})])

    async def view(name: str, **more: object) -> list[int]:
        told: list[int] = []
        after = None
        while True:
            wanted = RowFilter(name, marta.id, marta.team_ids, **more)  # type: ignore[arg-type]
            page = await find_rows(ports, marta, wanted, after, 2)
            told += ids(page.rows)
            after = page.after
            if after is None:
                return told

    assert await view("waiting") == waiting
    assert await view("mine") == [mine.chat.id]
    assert await view("team") == [waiting[1]]
    assert await view("open") == [mine.chat.id, *waiting[::-1]]
    assert await view("ended") == ended[::-1]
    assert await view("ended", profile_id=tenant.profile.id + 1) == []
    assert await view("all", visitor_id=mine.caller.id) == [mine.chat.id]


async def test_rows_tell_of_ratings_messages_left_tags_and_names(ports: Ports, tenant: Tenant) -> None:
    await change_profile(ports, tenant, feedback=replace(tenant.profile.feedback, is_enabled=True))
    start = await begin_active_chat(ports, tenant)
    await rate_chat(ports, start.caller, start.chat.id, 2, None, "first")
    await rate_chat(ports, start.caller, start.chat.id, 4, None, "second")
    await tag_chat(ports, tenant.marta, start.chat.id, ["Refund", " refund ", "VIP"], "tag")

    [row] = await list_rows(ports, tenant, start.chat.id)
    chat = await ports.chats.find_chat(tenant.id, start.chat.id)

    assert (row.rating, row.is_offline, row.tags) == (4, False, ("refund", "VIP"))
    assert chat is not None
    assert chat.tags == row.tags
    assert sorted(await list_tags(ports, tenant.marta)) == ["VIP", "refund"]
    rated = await find_rows(ports, tenant.marta, RowFilter("open", tenant.marta.id, is_rated=True), None, 10)
    assert ids(rated.rows) == [start.chat.id]
    tagged = await find_rows(ports, tenant.marta, RowFilter("open", tenant.marta.id, tag="VIP"), None, 10)
    assert ids(tagged.rows) == [start.chat.id]
    left = await find_rows(ports, tenant.marta, RowFilter("open", tenant.marta.id, is_offline=True), None, 10)
    assert left.rows == []


async def test_who_is_named_in_a_note_has_a_mark_until_they_have_seen_it(
    ports: Ports, tenant: Tenant
) -> None:
    start = await begin_active_chat(ports, tenant)
    await post_note(
        ports, tenant.marta, start.chat.id, "@Jonas please look", "note", mention_ids=[tenant.jonas.id, 10**9]
    )

    async def marked() -> tuple[int, ...]:
        [row] = await list_rows(ports, tenant, start.chat.id)
        return row.mentioned_ids

    assert await marked() == (tenant.jonas.id,)
    assert await see_mentions(ports, tenant.jonas, start.chat.id)
    assert await marked() == ()
    assert not await see_mentions(ports, tenant.jonas, start.chat.id)
