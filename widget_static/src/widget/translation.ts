/** The widget's sentences in the language of the page. */
import type { Words } from "./words";

/** Versions of the files of all languages but English by code, as a query, put in by the build. */
declare const LANGUAGES: string;

/** Those for a `lang` such as `de` or `pt-BR`; none when that is English or unknown. Fails when they cannot be loaded. */
export async function loadTranslation(pageLanguage: string): Promise<Words | null> {
  const code = pageLanguage.toLowerCase().split(/[-_]/)[0]!;
  const version = new URLSearchParams(LANGUAGES).get(code);
  const address = `./languages/${code}.js?v=${version}`;
  return version ? ((await import(address)) as { words: Words })["words"] : null;
}
