/** The sentences of agents in the language of the page. */
import type { Words } from "../widget/words";
import { loadTranslation } from "../widget/translation";
import type { OwnAgentWords } from "./words";

/** Versions of the files of all languages but English by code, as a query, put in by the build. */
declare const AGENT_LANGUAGES: string;

/** Those that visitors read, too, and agents' own; none when the language is English or unknown. Fails when they cannot be loaded. */
export async function loadAgentTranslation(pageLanguage: string): Promise<Partial<Words & OwnAgentWords> | null> {
  const code = pageLanguage.toLowerCase().split(/[-_]/)[0]!;
  const version = new URLSearchParams(AGENT_LANGUAGES).get(code);
  if (!version) return null;
  const address = `./agent_languages/${code}.js?v=${version}`;
  const [shared, own] = await Promise.all([loadTranslation(pageLanguage), import(address) as Promise<{ words: OwnAgentWords }>]);
  return { ...shared, ...own["words"] };
}
