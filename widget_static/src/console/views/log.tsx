/**
 * The scrolling log: stays at the newest when it was there, keeps its place when older messages come before, and
 * loads them on the way up.
 */
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Desk } from "../desk/desk";
import { conversationFrom, countUnseen } from "../state/conversation";
import type { ConsoleState, FollowedChat } from "../state/state";
import { DraftPreview } from "./draft_preview";
import { Icon } from "./icon";
import { Passages } from "./passages";
import { useSought } from "./use_sought";
import { TypingLine } from "./typing_line";

interface Props {
  desk: Desk;
  state: ConsoleState;
  chat: number;
  followed: FollowedChat;
}

// A pixel or two of rounding, or half a line of overscroll, is still the end.
const END_SLACK_PX = 24;
// Older messages are asked for before the top is reached, so that one rarely waits for them.
const OLDER_AHEAD_PX = 400;

export function Log({ desk, state, chat, followed }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const { isAtEnd, goToEnd, leaveEnd, onScroll } = useScrollPlace(desk, chat, followed, scroller, content);
  useSought(desk, followed, state.sought?.chat === chat ? state.sought : null, scroller, leaveEnd);
  const guard = state.guards.get(chat) ?? null;
  // Whoever types a long reply draws the composer with each key, not thousands of messages.
  const passages = useMemo(
    () => (
      <Passages
        desk={desk}
        state={state}
        followed={followed}
        passages={conversationFrom(followed, state.me.id, guard)}
      />
    ),
    [followed, guard, state.colleagues],
  );
  const unseen = isAtEnd ? 0 : countUnseen(followed, state.me.id);
  return (
    <>
      <div class="log" ref={scroller} onScroll={onScroll} tabIndex={0} role="region" aria-label="Messages">
        <div class="log-content" ref={content}>
          <div class="older" role="status">
            {followed.isLoadingOlder ? "Loading older messages" : ""}
          </div>
          {/* Older messages are no news: readers hear what is added at the end only. */}
          <div role="log" aria-label="Conversation" aria-busy={followed.isLoadingOlder || !followed.isPaged}>
            <ol>
              {passages}
            </ol>
          </div>
          {!followed.isPaged && <Skeleton />}
          <DraftPreview typing={state.typing.get(chat) ?? []} />
          <TypingLine typing={state.typing.get(chat) ?? []} />
        </div>
      </div>
      {!isAtEnd && unseen > 0 && (
        <button
          type="button"
          class="newest"
          onClick={() => {
            goToEnd();
            // The button goes now.
            scroller.current?.focus();
          }}
        >
          <Icon name="down" size={16} />
          {unseen === 1 ? "1 new message" : `${unseen} new messages`}
        </button>
      )}
    </>
  );
}

function Skeleton() {
  return (
    <div class="skeleton skeleton-talk" role="status">
      <span class="unseen">Loading the conversation</span>
      <span class="skeleton-bubble" aria-hidden="true" />
      <span class="skeleton-bubble" aria-hidden="true" />
      <span class="skeleton-bubble" aria-hidden="true" />
    </div>
  );
}

function useScrollPlace(
  desk: Desk,
  chat: number,
  followed: FollowedChat,
  scroller: { current: HTMLDivElement | null },
  content: { current: HTMLDivElement | null },
) {
  const [isAtEnd, setAtEnd] = useState(true);
  const place = useRef({ isAtEnd: true, topPx: 0, heightPx: 0, firstSeq: 0, firstNote: 0, ownCount: 0 });

  const noteEnd = (atEnd: boolean) => {
    place.current.isAtEnd = atEnd;
    setAtEnd(atEnd);
    if (atEnd && document.visibilityState === "visible") desk.sawEnd(chat);
  };
  const goToEnd = () => {
    const log = scroller.current;
    if (!log) return;
    log.scrollTop = log.scrollHeight;
    place.current.topPx = log.scrollTop;
    noteEnd(true);
  };
  const leaveEnd = () => {
    place.current.isAtEnd = false;
    setAtEnd(false);
  };
  const onScroll = () => {
    const log = scroller.current;
    if (!log) return;
    const isNearEnd = log.scrollHeight - log.scrollTop - log.clientHeight < END_SLACK_PX;
    // Only a person scrolls up. Where the end has moved away below, before anybody else could tell, the log follows.
    if (!isNearEnd && place.current.isAtEnd && log.scrollTop >= place.current.topPx) return goToEnd();
    place.current.topPx = log.scrollTop;
    noteEnd(isNearEnd);
    if (log.scrollTop < OLDER_AHEAD_PX) desk.history.loadOlder(chat);
  };

  useLayoutEffect(() => {
    const log = scroller.current;
    if (!log) return;
    const before = place.current;
    const firstSeq = followed.said.events[0]?.seq ?? 0;
    const ownCount = followed.said.pending.length + followed.notes.pending.length;
    const firstNote = followed.notes.events[0]?.seq ?? 0;
    const cameBefore =
      (before.firstSeq > 0 && firstSeq < before.firstSeq) || (before.firstNote > 0 && firstNote < before.firstNote);
    if (before.isAtEnd || ownCount > before.ownCount) goToEnd();
    else if (cameBefore) log.scrollTop += log.scrollHeight - before.heightPx;
    place.current = { ...place.current, heightPx: log.scrollHeight, firstSeq, firstNote, ownCount };
    if (log.scrollHeight <= log.clientHeight) desk.history.loadOlder(chat);
  }, [followed]);

  useEffect(() => {
    const keepEnd = () => place.current.isAtEnd && goToEnd();
    const sizes = new ResizeObserver(keepEnd);
    if (scroller.current) sizes.observe(scroller.current);
    if (content.current) sizes.observe(content.current);
    document.addEventListener("visibilitychange", keepEnd);
    return () => {
      sizes.disconnect();
      document.removeEventListener("visibilitychange", keepEnd);
    };
  }, [chat]);

  return { isAtEnd, goToEnd, leaveEnd, onScroll };
}
