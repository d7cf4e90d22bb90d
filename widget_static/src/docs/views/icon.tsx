/** Icons of this page, of the same family as the console's. */

const PATHS = {
  mark: "M12 4.5a7.5 7.5 0 1 0 0 15h6a1.5 1.5 0 0 0 1.5-1.5v-6A7.5 7.5 0 0 0 12 4.5ZM9 12h6",
  search: "M10.75 17.5a6.75 6.75 0 1 0 0-13.5 6.75 6.75 0 0 0 0 13.5ZM15.75 15.75 20 20",
  back: "M14.5 5.5 8 12l6.5 6.5",
  copy: "M9.5 8.5h8a1.5 1.5 0 0 1 1.5 1.5v8a1.5 1.5 0 0 1-1.5 1.5h-8A1.5 1.5 0 0 1 8 18v-8a1.5 1.5 0 0 1 1.5-1.5ZM5.5 15.5A1.5 1.5 0 0 1 4 14V6a1.5 1.5 0 0 1 1.5-1.5h8A1.5 1.5 0 0 1 15 6",
  check: "M5 12.6l4.4 4.4L19 7.4",
  fold: "M9 6.5 14.5 12 9 17.5",
  key: "M14.75 13.5a4.75 4.75 0 1 0-4.5-3.25L4 16.5V20h3.5v-2.25h2.25V15.5l1.75-1.75a4.7 4.7 0 0 0 3.25-.25ZM16 8.5h.01",
} as const;

/** Decoration beside words or inside a named button; readers skip it. */
export function Icon({ name, size = 20 }: { name: keyof typeof PATHS; size?: number }) {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
