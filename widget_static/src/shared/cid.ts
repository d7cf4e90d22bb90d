/** Names for commands: UUID version 7 (RFC 9562), so that they sort by the time they were made. */

/** A fresh name; `now` in milliseconds since 1970 UTC. */
export function makeCid(now: number = Date.now()): string {
  const hex = (value: number, digits: number) => value.toString(16).padStart(digits, "0");
  const chance = Array.from(crypto.getRandomValues(new Uint8Array(9)), (byte) => hex(byte, 2)).join("");
  // 7 is the version; the variant needs two bits, and takes four.
  return `${hex(now, 12)}7${chance.slice(3)}`.replace(/(.{8})(.{4})(.{4})/, `$1-$2-$3-8${chance.slice(0, 3)}-`);
}
