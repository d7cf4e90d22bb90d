/** What every part of the window draws from, and the acts it can call. */
import type { Invitation } from "../loader/handover";
import type { Profile } from "../loader/profile";
import type { Conversation } from "./acts";
import type { State } from "./state";
import type { Phase } from "./view";
import type { Words } from "./words";

export type Acts = Pick<
  Conversation,
  | "show"
  | "write"
  | "stopTyping"
  | "say"
  | "answer"
  | "introduce"
  | "ask"
  | "begin"
  | "changeFile"
  | "dropFile"
  | "findUpload"
  | "retry"
  | "edit"
  | "tryNow"
  | "loadOlder"
  | "loadAll"
  | "renew"
  | "state"
>;

/** A word beside the bubble: the profile's, or an invitation, which has a name and a key. */
export type Teased = Pick<Invitation, "text" | "dismiss"> & Partial<Invitation>;

export interface Scene {
  state: State;
  phase: Phase;
  profile: Profile;
  words: Words;
  /** Paths of the chat's own icon. */
  chatIcon: readonly string[];
  /** For times and days. */
  language: string;
  acts: Acts;
  isFullScreen: boolean;
  /** Null where the window cannot but fill the screen, or nobody is to change that. */
  fullScreen: { isOn: boolean; toggle(): void } | null;
  hasHeader: boolean;
  /** Null when there is nothing to tease with, or it has been put away. */
  teaser: Teased | null;
  /** Opens the window. */
  open(): void;
  /** Another word beside the bubble, or none. */
  invite(teased: Teased | null): void;
  /** Null where the bubble does not offer it. */
  askToEnd: (() => void) | null;
  /** Takes files to be sent with the next message. */
  bring(files: FileList | null | undefined): void;
  /** Closes the window. */
  close(): void;
  /** Leaves the chat that has ended, for a new one. */
  restart(): void;
}
