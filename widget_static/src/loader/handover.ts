/**
 * What the loader hands to the widget once somebody means to write. Both are built together; neither outlives
 * the other.
 */
import type { Config } from "./config";
import type { Kept } from "./kept";
import type { Profile } from "./profile";
import type { Stage } from "./stage";
import { applyStyles } from "./styles";
import { CHAT_ICON } from "./svg";

export const kit = {
  applyStyles,
  chatIcon: CHAT_ICON,
};

export interface Handover extends Stage {
  config: Config;
  profile: Profile;
  kept: Kept;
  /** Address of the folder the widget was loaded from, with a slash at the end. */
  assets: string;
  /** Tells the page of something by the outbound event of this name, when it wants to be told. */
  tell(name: string, detail: unknown): void;
  /** What both need; handed over, so that it is not loaded twice. */
  kit: typeof kit;
  /** Writes to the console for `debug`. */
  log(...words: unknown[]): void;
}

/** The widget, to the loader. */
export interface App {
  /** Opens or closes the window, as a click on the bubble does. */
  toggle(): void;
  /** Opens the window, with an id token as the user whom it names; what is not said is as the page is configured. */
  openAs(idToken: string, isChatRetained?: boolean): void;
  close(): void;
  /** Whoever writes next is somebody new. */
  forget(): void;
  /** The unknown visitor of this chat is the user whom the id token names. */
  upgrade(idToken: string): void;
  askToEnd(): void;
  toggleFullScreen(isWanted?: boolean): void;
  toggleMenu(): void;
  /** CSS pixels; what is not said stays. */
  resize(width?: number, height?: number): void;
  /** The invitation that stands; null: none does any more. */
  invite(invitation: Invitation | null): void;
  /** The open conversation as Halo's functions give it, or none. */
  describe(): object[];
}

/** An agent asks the visitor to chat. */
export interface Invitation {
  key: string;
  /** Of the agent, as visitors see it. */
  name: string;
  text: string;
  dismiss(): void;
}

/** What tells the hub that somebody is here, to the loader. */
export interface VisitsModule {
  watch(handover: Handover, load: () => Promise<App>): void;
}

export interface AppModule {
  mount(handover: Handover): Promise<App>;
}
