/** The icons that only agents see, of the same family as the window's. */

const PATHS = {
  back: "m14 6-6 6 6 6",
  canned: "M5 4.5h14v11.2H11L6.8 19.5v-3.8H5ZM8.5 8.5h7M8.5 11.7h4.5",
  people: "M9 11.5a3.4 3.4 0 1 0 0-6.8 3.4 3.4 0 0 0 0 6.8ZM3 19.5c.4-3.4 2.8-5.2 6-5.2s5.600 1.800 6 5.200M16 5a3.300 3.300 0 0 1 0 6.400M17.500 14.600c2 .700 3.200 2.400 3.500 4.900",
} as const;

export function AgentIcon({ name }: { name: keyof typeof PATHS }) {
  return (
    <svg class={`icon icon-${name}`} viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
