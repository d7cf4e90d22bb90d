/** The conversation pane: header, what was said, and where one writes. */
import { useEffect, useRef } from "preact/hooks";
import type { Desk } from "../desk/desk";
import { isParticipant, mayWhisper } from "../state/headers";
import { EMPTY_DRAFT, type ConsoleState } from "../state/state";
import { Composer } from "./composer";
import { ConversationHeader } from "./conversation_header";
import { EndQuestion } from "./end_question";
import type { Chat } from "../../shared/frames";
import { placeAfter } from "./focus";
import { Foot } from "./foot";
import { GuardCard } from "./guard_card";
import { Icon } from "./icon";
import { Log } from "./log";
import { OfferStrip } from "./offer_strip";
import { Strip } from "./strip";
import { TalkHeader } from "./talk_header";
import { useFileDrop } from "./use_file_drop";
import { useFocusKept } from "./use_focus_kept";

interface Props {
  desk: Desk;
  state: ConsoleState;
  chat: number;
  isEnding: boolean;
  isVisitorShown: boolean;
  onAskEnd(asks: boolean): void;
  onBack(): void;
  onVisitor(): void;
  onNote(): void;
  onWhisper(): void;
  onCanned(): void;
  /** Whoever has opened it means to write: the composer takes the focus as soon as it stands there. */
  isToWrite: boolean;
  onWriting(): void;
  /** Of a chat with colleagues. */
  onAdd(header: Chat): void;
  onLeft(): void;
}

export function Conversation(props: Props) {
  const { desk, state, chat, isEnding, isVisitorShown, onAskEnd, onBack, onVisitor, onNote, onWhisper, onCanned } = props;
  const place = useRef<HTMLElement>(null);
  const composer = useRef<HTMLTextAreaElement>(null);
  const row = state.inbox.rows.get(chat) ?? null;
  const talk = state.talks.get(chat) ?? null;
  const followed = state.chats.get(chat);
  const header = followed?.header ?? null;
  const isTalk = talk !== null || header?.kind === "agents";
  const guard = state.guards.get(chat);
  const notice = state.notices.get(chat);
  const draft = state.drafts.get(chat) ?? EMPTY_DRAFT;
  const canWrite = header?.state === "active" && isParticipant(header, state.me.id);
  // What others do takes buttons and fields away, too: somebody else accepts, the visitor ends the chat.
  useFocusKept(place, placeAfter);
  const editedSeq = state.editing?.chat === chat ? state.editing.seq : null;
  useEffect(() => {
    if (editedSeq !== null) composer.current?.focus();
  }, [editedSeq]);
  useFocusAfterAccept(canWrite, state.underWay.get(chat) === "accept", composer);
  useEffect(() => {
    if (!props.isToWrite || !canWrite) return;
    composer.current?.focus();
    props.onWriting();
  }, [props.isToWrite, canWrite]);
  return (
    <section
      class="conversation"
      aria-labelledby="conversation-name"
      ref={place}
      {...useFileDrop(canWrite, (files) => {
        desk.chooseMode(chat, "reply");
        desk.files.bring(chat, files);
        composer.current?.focus();
      })}
    >
      {isTalk ? (
        <TalkHeader
          desk={desk}
          state={state}
          chat={chat}
          header={header}
          talk={talk}
          isAboutShown={isVisitorShown}
          onAdd={props.onAdd}
          onEnd={() => onAskEnd(true)}
          onLeft={props.onLeft}
          onBack={onBack}
          onAbout={onVisitor}
        />
      ) : (
        <ConversationHeader
          desk={desk}
          state={state}
          chat={chat}
          header={header}
          row={row}
          isVisitorShown={isVisitorShown}
          onAccept={() => desk.accept(chat)}
          onEnd={() => onAskEnd(true)}
          onBack={onBack}
          onVisitor={onVisitor}
        />
      )}
      <div class="log-frame">
        <Strip desk={desk} state={state} />
        {followed && <Log key={chat} desk={desk} state={state} chat={chat} followed={followed} />}
      </div>
      {notice && (
        <div class="notice" role="status">
          <Icon name="alert" size={16} />
          <p>{notice}</p>
          <button type="button" class="icon-button" aria-label="Close" onClick={() => desk.closeNotice(chat)}>
            <Icon name="close" size={16} />
          </button>
        </div>
      )}
      {row?.offer && <OfferStrip desk={desk} state={state} chat={chat} offer={row.offer} />}
      {isEnding && canWrite && (
        <EndQuestion
          isTalk={isTalk}
          onEnd={() => {
            onAskEnd(false);
            desk.end(chat);
          }}
          onKeep={() => {
            onAskEnd(false);
            composer.current?.focus();
          }}
        />
      )}
      {guard && canWrite && (
        <GuardCard
          guard={guard}
          header={header}
          now={desk.hubNow()}
          onChoose={(choice) => {
            desk.settleGuard(chat, choice);
            composer.current?.focus();
          }}
        />
      )}
      {header && (canWrite || draft.mode !== "reply" || state.editing?.chat === chat) ? (
        <Composer
          key={chat}
          desk={desk}
          state={state}
          chat={chat}
          header={header}
          field={composer}
          draft={draft}
          canReply={canWrite}
          isHeld={guard !== undefined}
          onCanned={onCanned}
        />
      ) : (
        <Foot
          header={header}
          row={row}
          unsent={draft.reply}
          onDiscard={() => desk.discardReply(chat)}
          me={state.me.id}
          onNote={onNote}
          onWhisper={header && mayWhisper(header, state.me.id, state.isSupervisor) ? onWhisper : null}
        />
      )}
    </section>
  );
}

/** Who accepts a chat means to write: the composer takes the focus when the hub has said yes. */
function useFocusAfterAccept(
  canWrite: boolean,
  isAccepting: boolean,
  composer: { current: HTMLTextAreaElement | null },
): void {
  const wasAccepting = useRef(false);
  useEffect(() => {
    if (isAccepting) wasAccepting.current = true;
    if (!canWrite || !wasAccepting.current) return;
    wasAccepting.current = false;
    composer.current?.focus();
  }, [canWrite, isAccepting]);
}
