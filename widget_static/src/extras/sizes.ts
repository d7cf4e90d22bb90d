/** Sizes of files in words. */

const UNITS = ["kilobyte", "megabyte"] as const;

/** "840 kB", "2.4 MB", in the reader's language. */
export function sizeText(bytes: number, language: string): string {
  const isLarge = bytes >= 1_000_000;
  return new Intl.NumberFormat(language, {
    style: "unit",
    unit: UNITS[+isLarge]!,
    maximumFractionDigits: +isLarge,
  }).format(bytes / (isLarge ? 1_000_000 : 1_000));
}
