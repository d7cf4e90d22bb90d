/** Everything that can be done in the console now, for the palette. */
import type { Desk } from "../desk/desk";
import type { Chat } from "../../shared/frames";
import { isParticipant, mayWhisper } from "../state/headers";
import { tabsFrom, type Tab } from "../state/inbox";
import type { ConsoleState } from "../state/state";
import { findPair, sortedTalks, talkTitle, titleOf } from "../state/talks";
import { canInvite, pageText, placeOf, visitorName } from "../state/visits";
import type { KeyAct } from "../keys";
import type { PaletteCommand } from "./palette";
import { copyTranscript, downloadTranscript } from "./transcript";

interface Ways {
  acts: Readonly<Record<KeyAct, () => void>>;
  openChat(chat: number): void;
  writeTo(colleague: number): void;
  showCanned(): void;
  showCalls(): void;
  showSettings(): void;
  signOut(): void;
}

const TAB_LABELS: Record<Tab, string> = {
  all: "Show all chats",
  waiting: "Show who is waiting",
  mine: "Show my chats",
  team: "Show my team’s chats",
  ended: "Show ended chats",
  talks: "Show chats with colleagues",
};

export function commandsFrom(desk: Desk, state: ConsoleState, ways: Ways): PaletteCommand[] {
  return [...chatCommands(desk, state, ways), ...consoleCommands(desk, state, ways), ...visits(desk, state), ...talks(state, ways), ...chats(state, ways)];
}

function chatCommands(desk: Desk, state: ConsoleState, { acts, showCanned }: Ways): PaletteCommand[] {
  const chat = state.open;
  const header = chat === null ? null : (state.chats.get(chat)?.header ?? null);
  if (chat === null || !header) return [];
  if (header.kind === "agents") return talkCommands(desk, state, header, acts.reply, acts.end);
  const group = header.visitor.name;
  const canWrite = header.state === "active" && isParticipant(header, state.me.id);
  const commands: (PaletteCommand | false)[] = [
    header.state === "queued" && { id: "accept", group, label: "Accept the chat", icon: "accept", keys: ["A"], run: acts.accept },
    canWrite && { id: "reply", group, label: "Write a reply", icon: "up", keys: ["R"], run: acts.reply },
    { id: "note", group, label: "Write a note for colleagues", icon: "lock", keys: ["N"], run: acts.note },
    mayWhisper(header, state.me.id, state.isSupervisor) && {
      id: "whisper",
      group,
      label: "Whisper to the agent",
      icon: "whisper",
      keys: ["W"],
      run: acts.whisper,
    },
    canWrite && editCommand(desk, chat, group),
    canWrite && { id: "canned", group, label: "Canned texts", icon: "bolt", keys: ["/"], run: showCanned },
    {
      id: "tag",
      group,
      label: "Add a tag",
      icon: "plus",
      run: () => document.querySelector<HTMLElement>("[data-tag-add]")?.click(),
    },
    { id: "copy", group, label: "Copy transcript", icon: "copy", run: () => void copyTranscript(desk, chat) },
    { id: "save", group, label: "Download transcript", icon: "save", run: () => void downloadTranscript(desk, chat) },
    canWrite && { id: "end", group, label: "End the chat", icon: "check", keys: ["E"], run: acts.end },
  ];
  return commands.filter((command) => command !== false);
}

function consoleCommands(desk: Desk, state: ConsoleState, { acts, showCanned, showCalls, showSettings, signOut }: Ways): PaletteCommand[] {
  const group = "Console";
  const isAvailable = state.readiness?.status === "available";
  const commands: (PaletteCommand | false)[] = [
    { id: "look", group, label: "Search all chats", icon: "search", keys: ["/"], run: acts.search },
    state.site.isShown && {
      id: "site",
      group,
      label: placeOf(state) === "site" ? "Back to the inbox" : "Show who is on the site",
      icon: "site",
      keys: ["V"],
      run: acts.site,
    },
    { id: "filters", group, label: "Filter the list", icon: "filter", keys: ["F"], run: acts.filters },
    ...tabsFrom(state.teams).map(
      (tab): PaletteCommand => ({
        id: `tab-${tab}`,
        group,
        label: TAB_LABELS[tab],
        icon: tab === "talks" ? "people" : "inbox",
        ...(tab === "talks" ? { keys: ["C"] } : {}),
        run: () => {
          desk.finder.search(null);
          desk.site.choose("inbox");
          desk.chooseTab(tab);
        },
      }),
    ),
    { id: "write", group, label: "Write to colleagues", icon: "pencil", keys: ["M"], run: acts.write },
    state.readiness !== null && {
      id: "accepting",
      group,
      label: isAvailable ? "Take no new chats" : "Take new chats",
      icon: "person",
      run: () => desk.chooseReadiness({ status: isAvailable ? "away" : "available", reason: null }),
    },
    state.open === null && { id: "canned", group, label: "Canned texts", icon: "bolt", run: showCanned },
    { id: "calls", group, label: "Sounds and notifications", icon: "bell", run: showCalls },
    state.isSupervisor && { id: "settings", group, label: "Routing and alerts", icon: "filter", run: showSettings },
    { id: "keys", group, label: "Show all keys", icon: "keyboard", keys: ["?"], run: acts.keys },
    { id: "leave", group, label: "Sign out", icon: "leave", run: signOut },
  ];
  return commands.filter((command) => command !== false);
}

/** Who is on the site and can be invited, by the page they look at. */
function visits(desk: Desk, state: ConsoleState): PaletteCommand[] {
  return state.site.visits
    .filter((visit) => canInvite(visit, state.inbox.rows))
    .map((visit) => ({
      id: `visit-${visit.visit}`,
      group: "On the site",
      label: `Invite ${visitorName(visit)}`,
      icon: "site",
      hint: pageText(visit),
      run: () => {
        desk.site.choose("site");
        desk.site.begin(visit.visit);
      },
    }));
}

function editCommand(desk: Desk, chat: number, group: string): PaletteCommand {
  const run = () => void desk.corrections.beginLast(chat);
  return { id: "edit", group, label: "Edit my last message", icon: "pencil", keys: ["↑"], run };
}

/** What can be done in an open chat with colleagues. */
function talkCommands(desk: Desk, state: ConsoleState, header: Chat, reply: () => void, end: () => void): PaletteCommand[] {
  const chat = header.id;
  const group = titleOf(header, state.me.id);
  const canWrite = header.state === "active" && isParticipant(header, state.me.id);
  const commands: (PaletteCommand | false)[] = [
    canWrite && { id: "reply", group, label: "Write", icon: "up", keys: ["R"], run: reply },
    canWrite && editCommand(desk, chat, group),
    canWrite && { id: "end", group, label: "End the chat", icon: "check", keys: ["E"], run: end },
    header.state === "ended" && {
      id: "reopen",
      group,
      label: "Open the chat again",
      icon: "check",
      run: () => desk.act({ op: "reopen", args: { chat } }),
    },
    { id: "copy", group, label: "Copy transcript", icon: "copy", run: () => void copyTranscript(desk, chat) },
    { id: "save", group, label: "Download transcript", icon: "save", run: () => void downloadTranscript(desk, chat) },
  ];
  return commands.filter((command) => command !== false);
}

/** Chats with colleagues, and colleagues one does not write with yet. */
function talks(state: ConsoleState, { openChat, writeTo }: Ways): PaletteCommand[] {
  const group = "Colleagues";
  const known = sortedTalks(state.talks).open.map(
    (talk): PaletteCommand => ({
      id: `talk-${talk.chat}`,
      group,
      label: talkTitle(talk, state.me.id),
      icon: "people",
      hint: talk.last?.text.replaceAll(/\s+/gu, " ") ?? "",
      run: () => openChat(talk.chat),
    }),
  );
  const others = state.colleagues
    .filter(({ id }) => id !== state.me.id && !findPair(state.talks, id))
    .map((one): PaletteCommand => ({
      id: `colleague-${one.id}`,
      group,
      label: `Write to ${one.name}`,
      icon: "people",
      run: () => writeTo(one.id),
    }));
  return [...known, ...others];
}

/** The chats in the list, by whom they are with. */
function chats(state: ConsoleState, { openChat }: Ways): PaletteCommand[] {
  return [...state.inbox.rows.values()].map((row) => ({
    id: `chat-${row.chat}`,
    group: "Chats",
    label: row.visitor.name,
    icon: "person",
    hint: row.last?.text.replaceAll(/\s+/gu, " ") ?? row.profile.name,
    run: () => openChat(row.chat),
  }));
}
