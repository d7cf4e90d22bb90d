/** The widget's sentences in the language of the page. */
import { loaderOf } from "../shared/load";
import type { Words } from "./words";

/** Names and versions of the files of all languages but English by code, put in by the build. */
declare const LANGUAGE_FILES: Readonly<Record<string, string>>;

/** Those for a `lang` such as `de` or `pt-BR`; none when that is English or unknown. Fails when they cannot be loaded. */
export async function loadTranslation(pageLanguage: string): Promise<Words | null> {
  const code = pageLanguage.toLowerCase().split(/[-_]/)[0]!;
  if (!Object.hasOwn(LANGUAGE_FILES, code)) return null;
  // In quotes, because the build shortens that name elsewhere.
  return (await loaderOf<{ words: Words }>(`./${LANGUAGE_FILES[code]}`)())["words"];
}
