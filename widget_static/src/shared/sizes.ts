/** Sizes of files in words. */

// As the hub's limits are counted: one of 25 MB must not read as 26.
const KILOBYTE = 1024;
const MEGABYTE = KILOBYTE * KILOBYTE;
const UNITS = ["kilobyte", "megabyte"] as const;

/** "840 kB", "2.4 MB", in the reader's language. */
export function sizeText(bytes: number, language: string): string {
  const isLarge = bytes >= MEGABYTE;
  return new Intl.NumberFormat(language, {
    style: "unit",
    unit: UNITS[+isLarge]!,
    maximumFractionDigits: +isLarge,
  }).format(bytes / (isLarge ? MEGABYTE : KILOBYTE));
}
