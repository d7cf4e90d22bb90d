/**
 * Short names for what the chat's style sheets have names for: classes and custom properties.
 *
 * A name is found where it is one and nowhere else: in sheets by its dot or its dashes, in scripts by parsing them. A class that
 * no sheet knows ends the build, and so does one of which cannot be seen which it is.
 */
import { parse } from "acorn";

const SCRIPT = { ecmaVersion: "latest", sourceType: "module" };
const LETTERS = "abcdefghijklmnopqrstuvwxyz";
const CLASS = /(?<=\.)[a-z][\w-]*/g;
const CUSTOM_PROPERTY = /--[a-z][\w-]*/g;
const WORD = /[\w-]+/g;
const TAKES_SELECTOR = ["querySelector", "querySelectorAll", "matches", "closest"];

export class ShortNames {
  #classes;
  #customProperties;
  #beginnings;

  /**
   * `sheets`: minified · `kept`: one whose classes keep their names · `beginnings`: of classes that scripts put together.
   */
  constructor(sheets, kept, beginnings) {
    const css = sheets.join("");
    const isKept = new Set(kept.match(CLASS));
    this.#beginnings = beginnings;
    this.#classes = namesByFrequency(css.match(CLASS).filter((name) => !this.#isPutTogether(name) && !isKept.has(name)));
    for (const name of isKept) this.#classes.set(name, name);
    this.#customProperties = namesByFrequency(css.match(CUSTOM_PROPERTY), "--");
  }

  /** The minified sheet with short names. */
  inSheet(css) {
    return this.#withCustomProperties(css).replace(CLASS, (name) => this.#classes.get(name) ?? name);
  }

  /** The script with short names. Classes are what is said as `class` of an element, in selectors and to a `classList`. */
  inScript(code) {
    const texts = new Map();
    const edit = ({ start, end }, change) => {
      texts.set(start, { start, end, text: change(texts.get(start)?.text ?? code.slice(start, end)) });
    };
    const shorten = (node, pattern) => {
      for (const one of constantsIn(node)) edit(one, (text) => text.replace(pattern, (name) => this.#shorten(name)));
    };
    for (const node of nodesIn(parse(code, SCRIPT))) {
      if (isText(node)) edit(node, (text) => this.#withCustomProperties(text));
      if (node.type === "Property" && node.key.name === "class") shorten(node.value, WORD);
      if (node.type !== "CallExpression") continue;
      const { object, property } = node.callee;
      if (TAKES_SELECTOR.includes(property?.name)) shorten(node.arguments[0], CLASS);
      if (object?.property?.name === "classList") for (const one of node.arguments.filter(isText)) shorten(one, WORD);
    }
    const fromTheEnd = [...texts.values()].sort((one, other) => other.start - one.start);
    return fromTheEnd.reduce((rest, { start, end, text }) => rest.slice(0, start) + text + rest.slice(end), code);
  }

  #withCustomProperties(text) {
    return text.replace(CUSTOM_PROPERTY, (name) => this.#customProperties.get(name) ?? name);
  }

  #shorten(name) {
    if (this.#isPutTogether(name)) return name;
    const short = this.#classes.get(name);
    if (!short) throw new Error(`No style sheet of the chat knows the class "${name}".`);
    return short;
  }

  #isPutTogether(name) {
    return this.#beginnings.some((beginning) => name.startsWith(beginning));
  }
}

/** The shortest name for the most frequent. In lower case: pages of old do not tell `a` from `A`. */
function namesByFrequency(found, before = "") {
  const counts = new Map();
  for (const name of found) counts.set(name, (counts.get(name) ?? 0) + 1);
  const names = [...counts.keys()].sort((one, other) => counts.get(other) - counts.get(one));
  return new Map(names.map((name, index) => [name, before + shortName(index)]));
}

/** `a` to `z`, then `a1` and on. */
export function shortName(index) {
  return LETTERS[index % 26] + (Math.floor(index / 26) || "");
}

/** Every constant text of a script. */
export function textsIn(code) {
  return [...nodesIn(parse(code, SCRIPT))].filter(isText).map(({ value }) => value.cooked ?? value);
}

function* nodesIn(node) {
  if (!node || typeof node !== "object") return;
  if (node.type) yield node;
  for (const inner of Object.values(node)) yield* nodesIn(inner);
}

function isText({ type, value }) {
  return type === "TemplateElement" || (type === "Literal" && typeof value === "string");
}

/** The constant texts an expression comes to, whichever of its ways is taken. */
function* constantsIn(node) {
  if (isText(node)) yield node;
  else if (node.type === "ConditionalExpression") yield* [node.consequent, node.alternate].flatMap((way) => [...constantsIn(way)]);
  else if (node.type === "TemplateLiteral") {
    for (const [index, text] of node.quasis.entries()) {
      yield text;
      // What goes on a word is the end of its name.
      const isWhole = /(^|\s)$/.test(text.value.raw);
      if (isWhole && node.expressions[index]) yield* constantsIn(node.expressions[index]);
    }
  } else throw new Error(`Which class that is cannot be seen: ${node.type} at ${node.start}.`);
}
