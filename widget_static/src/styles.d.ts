/** A style sheet imported as text (chat) or for its effect (console); build.mjs decides which. */
declare module "*.css" {
  const text: string;
  export default text;
}
