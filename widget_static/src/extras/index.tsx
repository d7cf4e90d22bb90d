/**
 * The parts of the window that few chats need, in a file of their own: files, emoji, details, rating, forms and what a
 * flow asks for, and what pages are told. They draw from the scene like all others.
 */
import type { Attachment, MessageData } from "../shared/frames";
import type { Scene } from "../widget/scene";
import { Banner } from "./banner";
import { Chosen } from "./chosen";
import { Details } from "./details";
import { Emoji } from "./emoji";
import { Files } from "./files";
import { IntroForm } from "./forms";
import { Input } from "./input";
import { EndQuestion } from "./end_question";
import { eventsBetween, headerFrom } from "./events";
import { inheritHead } from "./head";
import { takeKit } from "./kit";
import { Menu } from "./menu";
import { Rating } from "./rating";
import { Results } from "./results";
import { alertOnce } from "./sound";
import { StillThere } from "./still_there";
import { Teaser } from "./teaser";
import { Unavailable } from "./unavailable";
import { Waiting } from "./waiting";
import { EXTRA_WORDS } from "./words";
import parts from "./extras.css";
import layers from "./layers.css";
import { bringFiles } from "./upload";

interface About<Subject> {
  scene: Scene;
  of: Subject;
}

/** Any of the parts, with what it is about. */
export type Part = (props: { scene: Scene; of?: unknown }) => preact.ComponentChild;

export interface Extras {
  styles: string;
  takeKit: typeof takeKit;
  words: typeof EXTRA_WORDS;
  alertOnce: typeof alertOnce;
  bringFiles: typeof bringFiles;
  eventsBetween: typeof eventsBetween;
  headerFrom: typeof headerFrom;
  inheritHead: typeof inheritHead;
  parts: {
    Banner(props: About<void>): preact.ComponentChild;
    Chosen(props: About<void>): preact.ComponentChild;
    Details(props: About<void>): preact.ComponentChild;
    EndQuestion(props: About<void>): preact.ComponentChild;
    Emoji(props: About<preact.RefObject<HTMLTextAreaElement | null>>): preact.ComponentChild;
    Files(props: About<readonly Attachment[]>): preact.ComponentChild;
    Input(props: About<MessageData>): preact.ComponentChild;
    IntroForm(props: About<void>): preact.ComponentChild;
    Menu(props: About<void>): preact.ComponentChild;
    Rating(props: About<void>): preact.ComponentChild;
    Results(props: About<MessageData>): preact.ComponentChild;
    StillThere(props: About<void>): preact.ComponentChild;
    Teaser(props: About<void>): preact.ComponentChild;
    Unavailable(props: About<void>): preact.ComponentChild;
    Waiting(props: About<void>): preact.ComponentChild;
  };
}

export const extras: Extras = {
  styles: layers + parts,
  takeKit,
  words: EXTRA_WORDS,
  alertOnce,
  bringFiles,
  eventsBetween,
  headerFrom,
  inheritHead,
  parts: { Banner, Chosen, Details, Emoji, EndQuestion, Files, Input, IntroForm, Menu, Rating, Results, StillThere, Teaser, Unavailable, Waiting },
};
