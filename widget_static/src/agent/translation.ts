/** The sentences of agents in the language of the page. */
import type { Words } from "../widget/words";
import { loadTranslation } from "../widget/translation";
import type { OwnAgentWords } from "./words";

/** The version of their files, put in by the build. */
declare const AGENT_LANGUAGES_VERSION: string;

/** Those that visitors read, too, and agents' own; none when the language is English or unknown. Fails when they cannot be loaded. */
export async function loadAgentTranslation(pageLanguage: string): Promise<Partial<Words & OwnAgentWords> | null> {
  const shared = await loadTranslation(pageLanguage);
  if (!shared) return null;
  const code = pageLanguage.toLowerCase().split(/[-_]/)[0]!;
  const address = `./agent_languages/${code}.js?v=${AGENT_LANGUAGES_VERSION}`;
  const own = (await import(address)) as { words: OwnAgentWords };
  return { ...shared, ...own["words"] };
}
