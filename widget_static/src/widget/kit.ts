/** What the extras share with the window; handed over, so that it is not loaded twice. */
import { makeCid } from "../shared/cid";
import { namesOfFiles } from "../shared/passages";
import { timeText } from "../shared/time";
import { takeFocus } from "./focus";
import { PersonPortrait, ProfilePortrait } from "./parts/portrait";
import { canEnd, countUnread, findAgent, isOwn, nameFrom, passagesFromState } from "./view";
import { fill } from "./words";

export const kit = {
  canEnd,
  countUnread,
  fill,
  findAgent,
  isOwn,
  makeCid,
  nameFrom,
  namesOfFiles,
  passagesFromState,
  PersonPortrait,
  ProfilePortrait,
  takeFocus,
  timeText,
};

export type Kit = typeof kit;
