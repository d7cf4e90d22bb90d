/** What the build makes of the names of the chat's style sheets. */
import assert from "node:assert/strict";
import { test } from "node:test";
// @ts-expect-error It is of the build, which has no types.
import { ShortNames } from "../short_names.mjs";

const SHEET = ".stage{--ink:red}.row .row>.foot-note{color:var(--ink);margin:.5em}.icon-up{top:0}";
const names = new ShortNames([SHEET], ".stage{}", ["icon-"]);

test("classes and custom properties of a sheet", () => {
  assert.equal(names.inSheet(SHEET), ".stage{--a:red}.a .a>.b{color:var(--a);margin:.5em}.icon-up{top:0}");
});

test("a script has them where they are names, and its other texts stay", () => {
  const code = 'draw("row",{class:isUp?"row":"row foot-note",title:"row"});place.querySelector(".foot-note > .stage").classList.add("row",...more);say(".row --ink:")';
  const short = 'draw("row",{class:isUp?"a":"a b",title:"row"});place.querySelector(".b > .stage").classList.add("a",...more);say(".row --a:")';
  assert.equal(names.inScript(code), short);
});

test("a class that is put together stays", () => {
  assert.equal(names.inScript("({class:`row icon-${way} ${isLast?`foot-note`:``}`})"), "({class:`a icon-${way} ${isLast?`b`:``}`})");
});

test("what cannot be known to be a class of the sheets ends the build", () => {
  for (const code of ['({class:"other"})', "({class:look})", "({class:`row ${tone}`})", "({class:`row-${tone}`})", 'one.matches(".other")', "one.matches(found)"]) {
    assert.throws(() => names.inScript(code), Error, code);
  }
});
