/** The signed-in console: the panes side by side, the keys, the address, the title. */
import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import type { Desk } from "../desk/desk";
import { makeCid } from "../../shared/cid";
import { startTalk } from "../desk/talks";
import { actFrom, type KeyAct } from "../keys";
import { chatFromHash, goToChat, goToInbox } from "../route";
import { mayWhisper } from "../state/headers";
import { titleFrom, unreadTotal } from "../state/inbox";
import type { ConsoleState, Mode } from "../state/state";
import { unreadInTalks } from "../state/talks";
import { findFirstInvitable, placeOf } from "../state/visits";
import { CallsSheet } from "./calls_sheet";
import { CannedTexts } from "./canned_texts";
import { commandsFrom } from "./commands";
import { Conversation } from "./conversation";
import type { Chat, Found } from "../../shared/frames";
import {
  focusConversation,
  findFocusedVisit,
  focusField,
  focusFirstRow,
  focusRow,
  focusSearch,
  isFocusInConversation,
  isFocusInInbox,
  isOnePane,
  moveInRows,
  pressFilters,
} from "./focus";
import { Icon } from "./icon";
import { Inbox } from "./inbox";
import { KeySheet } from "./key_sheet";
import { OfferCards } from "./offer_cards";
import { Palette } from "./palette";
import { Rail } from "./rail";
import { Settings } from "./settings";
import { SitePane } from "./site";
import { Strip } from "./strip";
import { TakeNext } from "./take_next";
import { TalkSheet } from "./talk_sheet";
import { useDesk } from "./use_desk";
import { Visitor } from "./visitor";

interface Props {
  desk: Desk;
  onSignOut(): void;
}

export function Workspace({ desk, onSignOut }: Props) {
  const state = useDesk(desk);
  const [isVisitorShown, setVisitorShown] = useState(false);
  const [isSheetOpen, setSheetOpen] = useState(false);
  const [isCannedOpen, setCannedOpen] = useState(false);
  const [isPaletteOpen, setPaletteOpen] = useState(false);
  const [isCallsOpen, setCallsOpen] = useState(false);
  const [isSettingsOpen, setSettingsOpen] = useState(false);
  /** The chat that is asked about whether to end it. */
  const [ending, setEnding] = useState<number | null>(null);
  /** The chat that colleagues are brought into, or null to start one; undefined while nobody is chosen. */
  const [talkInto, setTalkInto] = useState<Chat | null | undefined>(undefined);
  const [toWrite, setToWrite] = useState<number | null>(null);
  const { open } = state;
  const header = open === null ? null : (state.chats.get(open)?.header ?? null);

  const openChat = (chat: number, found: Found | null = null) => {
    goToChat(chat);
    desk.openChat(chat, found);
    setEnding(null);
    if (isOnePane()) focusConversation();
  };
  const write = (mode: Mode) => {
    if (open === null || (mode !== "reply" && header?.kind === "agents")) return;
    desk.chooseMode(open, mode);
    focusField();
  };
  const hideVisitor = () => {
    if (document.activeElement?.closest(".visitor")) focusConversation();
    setVisitorShown(false);
  };
  const goBack = () => {
    if (ending !== null) setEnding(null);
    else if (isVisitorShown) hideVisitor();
    else if (state.inviting && isFocusInInbox()) desk.site.leave();
    else if (state.search && isFocusInInbox()) desk.finder.search(null);
    else if (isOnePane()) goToInbox();
    else if (isFocusInConversation()) focusRow(open);
  };
  const showInbox = () => {
    if (isOnePane()) goToInbox();
    desk.site.choose("inbox");
  };
  const showSite = () => {
    if (!state.site.isShown) return;
    if (isOnePane()) goToInbox();
    if (placeOf(state) === "site") return;
    desk.site.choose("site");
    focusFirstRow();
  };
  const showTalks = () => {
    showInbox();
    desk.finder.search(null);
    desk.chooseTab("talks");
    focusFirstRow();
  };
  const writeTo = (colleague: number) =>
    startTalk(desk, [colleague], "", makeCid(), (outcome) => {
      if ("sentence" in outcome) return setTalkInto(null);
      openTalk(outcome.chat);
    });
  const openTalk = (chat: number) => {
    desk.chooseTab("talks");
    openChat(chat);
    setToWrite(chat);
  };
  const leaveTalk = () => {
    setVisitorShown(false);
    goToInbox();
  };
  const acts: Record<KeyAct, () => void> = {
    next: () => moveInRows(1),
    previous: () => moveInRows(-1),
    reply: () => write("reply"),
    note: () => write("note"),
    whisper: () => header && mayWhisper(header, state.me.id, state.isSupervisor) && write("whisper"),
    accept: () => open !== null && header?.state === "queued" && desk.accept(open),
    end: () => setEnding(open),
    back: goBack,
    site: () => (placeOf(state) === "site" ? showInbox() : showSite()),
    invite: () => {
      const visit = findFocusedVisit() ?? findFirstInvitable(state);
      if (!visit) return showSite();
      showSite();
      desk.site.begin(visit);
    },
    search: () => {
      showInbox();
      desk.finder.search(state.search?.text ?? "");
      focusSearch();
    },
    filters: () => {
      showInbox();
      desk.finder.search(null);
      pressFilters();
    },
    talks: () => (placeOf(state) === "inbox" && state.tab === "talks" ? desk.chooseTab("all") : showTalks()),
    write: () => setTalkInto(null),
    palette: () => setPaletteOpen(true),
    keys: () => setSheetOpen(true),
  };

  useAddress(desk);
  useKeys(acts);
  useEffect(() => {
    document.title = titleFrom(unreadTotal(state.inbox, state.me.id, state.readHere) + unreadInTalks(state));
  }, [state.inbox, state.talks, state.readHere]);

  return (
    <div class="console" data-pane={open === null ? "inbox" : "conversation"}>
      <Rail desk={desk} state={state} onInbox={showInbox} onSite={showSite} onKeys={() => setSheetOpen(true)} onCalls={() => setCallsOpen(true)} onSettings={() => setSettingsOpen(true)} onSignOut={onSignOut} />
      <main>
        <h1 class="unseen">Console</h1>
        {placeOf(state) === "site" ? (
          <SitePane desk={desk} state={state} onOpen={(row) => openChat(row.chat)} />
        ) : (
          <Inbox desk={desk} state={state} onOpen={(row) => openChat(row.chat, row.found ?? null)} onWrite={() => setTalkInto(null)} />
        )}
        {open === null ? (
          <NoConversation desk={desk} state={state} onOpen={openChat} />
        ) : (
          <Conversation
            desk={desk}
            state={state}
            chat={open}
            isEnding={ending === open}
            isVisitorShown={isVisitorShown}
            onAskEnd={(asks) => setEnding(asks ? open : null)}
            onBack={goToInbox}
            onVisitor={() => setVisitorShown(!isVisitorShown)}
            onNote={() => write("note")}
            onWhisper={() => write("whisper")}
            onCanned={() => setCannedOpen(true)}
            isToWrite={toWrite === open}
            onWriting={() => setToWrite(null)}
            onAdd={setTalkInto}
            onLeft={leaveTalk}
          />
        )}
      </main>
      <Visitor
        desk={desk}
        state={state}
        header={header}
        isShown={isVisitorShown}
        onOpen={openChat}
        onAdd={setTalkInto}
        onLeft={leaveTalk}
        onClose={hideVisitor}
      />
      <OfferCards desk={desk} state={state} onOpen={openChat} />
      {isCannedOpen && <CannedTexts desk={desk} state={state} onClose={() => setCannedOpen(false)} />}
      {isSettingsOpen && <Settings desk={desk} onClose={() => setSettingsOpen(false)} />}
      {isCallsOpen && <CallsSheet desk={desk} onClose={() => setCallsOpen(false)} />}
      {isPaletteOpen && (
        <Palette
          commands={commandsFrom(desk, state, {
            acts,
            openChat,
            writeTo,
            showCanned: () => setCannedOpen(true),
            showCalls: () => setCallsOpen(true),
            showSettings: () => setSettingsOpen(true),
            signOut: onSignOut,
          })}
          onSearch={(text) => {
            desk.finder.search(text);
            focusSearch();
          }}
          onClose={() => setPaletteOpen(false)}
        />
      )}
      {talkInto !== undefined && (
        <TalkSheet desk={desk} state={state} into={talkInto} onOpen={openTalk} onClose={() => setTalkInto(undefined)} />
      )}
      {isSheetOpen && <KeySheet onClose={() => setSheetOpen(false)} />}
    </div>
  );
}

function NoConversation({ desk, state, onOpen }: { desk: Desk; state: ConsoleState; onOpen(chat: number): void }) {
  return (
    <section class="conversation" aria-label="Conversation">
      <div class="log-frame">
        <Strip desk={desk} state={state} />
        <p class="conversation-empty">
          <Icon name="inbox" size={28} />
          <strong>No chat is open</strong>
          Choose one from the list, or press J and Enter.
          <TakeNext desk={desk} state={state} onOpen={onOpen} />
        </p>
      </div>
    </section>
  );
}

/** The open chat follows the address: after a reload, Back and Forward, and a link. */
function useAddress(desk: Desk): void {
  useEffect(() => {
    const follow = () => {
      const chat = chatFromHash(location.hash);
      const before = desk.state.open;
      if (chat === before) return;
      if (chat !== null) return desk.openChat(chat);
      desk.closeChat();
      focusRow(before);
    };
    follow();
    addEventListener("popstate", follow);
    addEventListener("hashchange", follow);
    return () => {
      removeEventListener("popstate", follow);
      removeEventListener("hashchange", follow);
    };
  }, [desk]);
}

/** Keys act everywhere, but where a dialog is open, which closes itself. */
function useKeys(acts: Record<KeyAct, () => void>): void {
  // With the drawing, not after it: a key that follows at once must meet what was opened, not what was there before.
  useLayoutEffect(() => {
    const press = (event: KeyboardEvent) => {
      // Asked of the page: a dialog is closed before anybody is told so.
      if (document.querySelector("dialog[open]") || event.defaultPrevented || event.isComposing) return;
      const target = event.target as HTMLElement;
      const act = actFrom({
        key: event.key,
        isTyping: /^(?:TEXTAREA|INPUT|SELECT)$/.test(target.tagName),
        hasModifier: event.ctrlKey || event.metaKey || event.altKey,
        isPalette: (event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k",
      });
      if (!act) return;
      event.preventDefault();
      acts[act]();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  });
}
