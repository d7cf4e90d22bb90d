/** A brake rotor, drawn: what the samples have in the place of a photograph. */

const HOLES = Array.from({ length: 24 }, (_, index) => {
  const angle = (index * Math.PI) / 12;
  return `<circle cx="${(300 + 148 * Math.cos(angle)).toFixed(1)}" cy="${(190 + 148 * Math.sin(angle)).toFixed(1)}" r="9"/>`;
}).join("");

const SVG = `<svg xmlns="http://www.w3.org/2000/svg" width="640" height="380" viewBox="0 0 640 380">
<rect width="640" height="380" fill="#5d6b67"/>
<circle cx="300" cy="190" r="172" fill="#d9dcda"/><circle cx="300" cy="190" r="124" fill="#5d6b67"/>
<g fill="#3c4644">${HOLES}</g>
<path d="M300 190v-130M300 190l124 40M300 190l-77 105M300 190l-124-40M300 190l77-105M300 190v130" stroke="#d9dcda" stroke-width="20"/>
<circle cx="300" cy="190" r="42" fill="#2b3331"/><circle cx="300" cy="190" r="20" fill="#8d9895"/>
<rect x="420" y="60" width="120" height="170" rx="34" fill="#232a28"/><circle cx="480" cy="110" r="15" fill="#5d6b67"/>
</svg>`;

export const PHOTO = {
  url: `data:image/svg+xml,${encodeURIComponent(SVG)}`,
  width: 640,
  height: 380,
};

/** As a visitor's camera would give it. */
export async function takePhoto(name: string): Promise<File> {
  const image = new Image();
  image.src = PHOTO.url;
  await image.decode();
  const canvas = new OffscreenCanvas(PHOTO.width, PHOTO.height);
  canvas.getContext("2d")!.drawImage(image, 0, 0);
  return new File([await canvas.convertToBlob({ type: "image/jpeg" })], name, { type: "image/jpeg" });
}
