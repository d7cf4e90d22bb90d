/** What was said, to take along. */
import { namesOfFiles } from "../shared/passages";
import { timeText } from "../shared/time";
import type { Scene } from "./scene";
import { nameFrom, passagesFromState } from "./view";

/** All of the chat: a line for every message, with its day, time and sender. */
export async function transcriptText({ acts, profile, words, language }: Scene): Promise<string> {
  await acts.loadAll();
  const { state } = acts;
  return passagesFromState(state)
    .flatMap((passage) => {
      if (passage.kind !== "group") return [];
      const name = passage.own ? (state.chat?.visitor.name ?? words.you) : nameFrom(passage.who, state.chat, profile);
      return passage.messages.map(({ at, text, data }) => {
        const day = new Intl.DateTimeFormat(language, { dateStyle: "medium" }).format(at);
        return `${day} ${timeText(at, language)}  ${name}: ${[text, namesOfFiles(data)].filter(Boolean).join(" ")}`;
      });
    })
    .join("\n");
}
