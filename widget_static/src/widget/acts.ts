/** A visitor's conversation, to the window: how it stands, and what can be done in it. */
import type { CommandArgs, StartArgs } from "../shared/commands";
import type { MessageData } from "../shared/frames";
import type { PlainErrand } from "./errands";
import type { FileUnderway, State } from "./state";

export interface Conversation {
  readonly state: State;
  /** Whether an earlier page left a token. */
  readonly hasToken: boolean;
  /** Takes up what an earlier page left, if it left something. */
  resume(): void;
  open(): void;
  /** The next chat is the user's whom the id token names. Without effect while a chat is in progress. */
  openAs(idToken: string, isChatRetained: boolean): void;
  /** The unknown visitor of this chat is the user whom the id token names. */
  upgrade(idToken: string): void;
  /** Ends the session of this visitor, not the chat: whoever writes next is somebody new. */
  forget(): void;
  close(): void;
  show(layer: State["layer"]): void;
  write(text: string): void;
  stopTyping(): void;
  /** Says the draft with its files. The first message of a chat opens it. */
  say(): void;
  /** Answers what a message asked for; the draft stays as it is. */
  answer(text: string, data: MessageData): void;
  /** Who begins a chat says who they are; what is written and chosen goes with it. */
  introduce(introduction: StartArgs): void;
  /** Asks for something about this chat. */
  ask<Op extends PlainErrand["op"]>(op: Op, args: Omit<CommandArgs[Op], "chat">): void;
  /** Begins a chat before anything is said, for those who bring files, and those who were invited. */
  begin(invited?: StartArgs): void;
  changeFile(file: FileUnderway): void;
  dropFile(key: string): void;
  /** Where files go and as whom; null while there is no chat for them. */
  findUpload(): { url: string; token: string } | null;
  restart(): void;
  retry(): void;
  edit(cid: string): void;
  tryNow(): void;
  loadOlder(): Promise<boolean>;
  /** Whatever older messages there are, for those who take the chat along. */
  loadAll(): Promise<void>;
  /** Asks anew for an event whose links have run out; false when it does not come. */
  renew(seq: number): Promise<boolean>;
  /** What is on the screen has been read, if there is a screen to read it on. */
  markRead(): void;
  /** Another tab has kept something under this name; `isWriting`: what is written here stands. */
  hear(name: string | null, text: string, isWriting: boolean): void;
}
