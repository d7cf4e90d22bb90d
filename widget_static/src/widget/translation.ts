/** The widget's sentences in the language of the page. */
import type { Words } from "./words";

/** Codes of all languages but English, and the version of their files, put in by the build. */
declare const LANGUAGES: string;
declare const LANGUAGES_VERSION: string;

/** Those for a `lang` such as `de` or `pt-BR`; none when that is English or unknown. Fails when they cannot be loaded. */
export async function loadTranslation(pageLanguage: string): Promise<Words | null> {
  const code = pageLanguage.toLowerCase().split(/[-_]/)[0]!;
  const address = `./languages/${code}.js?v=${LANGUAGES_VERSION}`;
  return LANGUAGES.split(" ").includes(code) ? ((await import(address)) as { words: Words })["words"] : null;
}
