"""What the chat costs a page, in bytes as they are served."""

from hub.pages.assets import find_static_directory, load_assets

LOADER_BYTES = 6 * 1024
# With every feature, in English; the build has the same figures.
WIDGET_BYTES = 25 * 1024
# Of pages of agents alone: a visitor's window, and what an agent's desk has beside it.
AGENT_BYTES = 36 * 1024
# Only where the profile tells of its visits.
VISITS_BYTES = 1536


def test_loader_and_widget_stay_within_their_budgets() -> None:
    chat = load_assets(find_static_directory() / "chat")

    assert len(chat["index.js"].bodies["br"]) <= LOADER_BYTES
    assert len(chat["widget.js"].bodies["br"]) <= WIDGET_BYTES
    assert len(chat["agent.js"].bodies["br"]) <= AGENT_BYTES
    assert len(chat["visits.js"].bodies["br"]) <= VISITS_BYTES


def test_nothing_else_is_loaded_but_one_language() -> None:
    scripts = {name for name in load_assets(find_static_directory() / "chat") if name.endswith(".js")}

    others = {name for name in scripts if "languages/" not in name}
    assert others == {"index.js", "widget.js", "agent.js", "visits.js"}
