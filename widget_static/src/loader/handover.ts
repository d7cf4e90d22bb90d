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
}

/** The widget, to the loader. */
export interface App {
  /** Opens or closes the window, as a click on the bubble does. */
  toggle(): void;
}

export interface AppModule {
  mount(handover: Handover): App;
}
