import assert from "node:assert/strict";
import { test } from "node:test";
import { accentFrom, contrastBetween, cssFrom, parseHex, READABLE, type Rgb } from "../src/shared/colour";
import { oklchFromRgb, textFrom, type Oklch } from "../src/shared/oklch";

/** The inverse of oklchFromRgb (CSS Color 4, section 9), cut to what a screen shows. */
function rgbFromOklch({ l, c, h }: Oklch): Rgb {
  const a = c * Math.cos((h * Math.PI) / 180);
  const b = c * Math.sin((h * Math.PI) / 180);
  const long = (l + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const medium = (l - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (l - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const clip = (value: number) => Math.min(1, Math.max(0, value));
  return [
    clip(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short),
    clip(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short),
    clip(-0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short),
  ];
}

/** Every colour of a grid of 17 steps a channel: 4,913. */
function* everyColour(): Generator<string> {
  for (let red = 0; red <= 255; red += 15.9375) {
    for (let green = 0; green <= 255; green += 15.9375) {
      for (let blue = 0; blue <= 255; blue += 15.9375) {
        yield `#${[red, green, blue].map((part) => Math.round(part).toString(16).padStart(2, "0")).join("")}`;
      }
    }
  }
}

/** As the screen shows it: each part rounded to one of 256 steps. */
function shown(colour: Rgb): Rgb {
  const [red, green, blue] = cssFrom(colour).match(/\d+/g)!.map(Number);
  return parseHex(`#${[red, green, blue].map((part) => part!.toString(16).padStart(2, "0")).join("")}`)!;
}

test("reads short and long HEX and nothing else", () => {
  assert.equal(cssFrom(parseHex("#096C5C")!), "rgb(9 108 92)");
  assert.deepEqual(parseHex("#fff"), parseHex(" #FFFFFF "));
  for (const text of ["", "096C5C", "#12", "#12345", "#1234567", "teal", "rgb(0 0 0)", "#ggg"])
    assert.equal(parseHex(text), null, text);
});

test("counts contrast as WCAG does", () => {
  assert.equal(contrastBetween([1, 1, 1], [0, 0, 0]), 21);
  assert.equal(contrastBetween([1, 1, 1], [1, 1, 1]), 1);
  // #767676 on white is the well-known grey that just passes.
  assert.ok(Math.abs(contrastBetween(parseHex("#767676")!, [1, 1, 1]) - 4.54) < 0.01);
});

test("text on the accent reaches 4.5:1 for every colour, as the screen shows it", () => {
  for (const hex of everyColour()) {
    const { accent, onAccent } = accentFrom(parseHex(hex)!);
    assert.ok(contrastBetween(shown(accent), onAccent) >= READABLE, `${hex} became ${cssFrom(accent)}`);
  }
});

test("the accent keeps its hue, and is left alone where text reads on it", () => {
  assert.equal(cssFrom(accentFrom(parseHex("#096C5C")!).accent), "rgb(9 108 92)");
  const red = parseHex("#E83C4A")!;
  const moved = accentFrom(red).accent;
  assert.ok(Math.abs(oklchFromRgb(moved).h - oklchFromRgb(red).h) < 0.5);
  assert.deepEqual(accentFrom(parseHex("#FFD400")!), { accent: parseHex("#FFD400")!, onAccent: [0, 0, 0] });
});

test("the accent as text reaches 4.5:1 on panel and bubble of both themes, for every colour", () => {
  for (const hex of everyColour()) {
    const colour = oklchFromRgb(accentFrom(parseHex(hex)!).accent);
    const { h } = colour;
    const surfaces = {
      light: [
        { l: 0.997, c: 0.001, h },
        { l: 0.955, c: 0.007, h },
        { l: 0.955, c: 0.022, h },
      ],
      dark: [
        { l: 0.212, c: 0.009, h },
        { l: 0.285, c: 0.012, h },
        { l: 0.285, c: 0.032, h },
      ],
    };
    for (const [theme, all] of Object.entries(surfaces)) {
      const text = rgbFromOklch(textFrom(colour, theme === "dark"));
      for (const surface of all) {
        assert.ok(
          contrastBetween(text, rgbFromOklch(surface)) >= READABLE,
          `${hex} on ${theme} ${surface.l}`,
        );
      }
    }
  }
});

test("OKLCH of the design's accent is what the tokens say", () => {
  const { l, c, h } = oklchFromRgb(parseHex("#096C5C")!);
  assert.ok(
    Math.abs(l - 0.475) < 0.01 && Math.abs(c - 0.085) < 0.005 && Math.abs(h - 178) < 3,
    `${l} ${c} ${h}`,
  );
});
