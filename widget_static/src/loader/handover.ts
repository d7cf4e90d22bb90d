/**
 * What the loader hands to the widget once somebody means to write. Both are built together; neither outlives
 * the other.
 */
import type { Config } from "./config";
import type { Kept } from "./kept";
import type { Profile } from "./profile";
import type { Stage } from "./stage";

export interface Handover extends Stage {
  config: Config;
  profile: Profile;
  kept: Kept;
  /** Address of the folder the widget was loaded from, with a slash at the end. */
  assets: string;
  /** Tells the page of something by the outbound event of this name, when it wants to be told. */
  tell(name: string, detail: unknown): void;
  /** Writes to the console for `debug`. */
  log(...words: unknown[]): void;
}

/** The widget, to the loader. */
export interface App {
  /** Opens or closes the window, as a click on the bubble does. */
  toggle(): void;
  /** Does what the inbound event of this name asks for. */
  receive(name: string, detail: unknown): void;
  /** The open conversation as Halo's functions give it, or none. */
  describe(): object[];
}

export interface AppModule {
  mount(handover: Handover): Promise<App>;
}
