/** The icons of these parts, of the same family as the window's. */

const PATHS = {
  check: "M8.5 12.2l2.4 2.4 4.6-5M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0Z",
  clock: "M12 7v5l3 2M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0Z",
  close: "m6 6 12 12M18 6 6 18",
  file: "M13.5 3H7a1.5 1.5 0 0 0-1.5 1.5v15A1.5 1.5 0 0 0 7 21h10a1.5 1.5 0 0 0 1.5-1.5V8l-5-5ZM13.5 3v5h5M9 13h6M9 16.5h4",
  grow: "M4 9V4h5M20 15v5h-5M15 4h5v5M9 20H4v-5",
  more: "m10 6 6 6-6 6",
  pen: "m14.5 6 3.5 3.5L8.5 19 4.5 19.5 5 15.5 14.5 6Z",
  shrink: "M9 4v5H4M15 20v-5h5M20 9h-5V4M4 15h5v5",
} as const;

export function Icon({ name }: { name: keyof typeof PATHS }) {
  return (
    <svg class={`icon icon-${name}`} viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
