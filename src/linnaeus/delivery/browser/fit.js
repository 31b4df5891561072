// A picture to the square that the network takes: the same whole numbers as data/images/decode.py, which Pillow computes. Only the
// canvas of the browser decodes otherwise, and only JPEG, WebP and what is transparent.
const BITS = 22;

function weights(length, size) {
  const scale = length / size, spread = Math.max(scale, 1), reach = 1 / spread, rows = [];
  for (let place = 0; place < size; place++) {
    const centre = (place + 0.5) * scale;
    const first = Math.max(0, Math.trunc(centre - spread + 0.5)), end = Math.min(length, Math.trunc(centre + spread + 0.5));
    const raw = Array.from({ length: end - first }, (_, step) => Math.max(0, 1 - Math.abs((step + first - centre + 0.5) * reach)));
    const total = raw.reduce((sum, weight) => sum + weight, 0);
    rows.push([first, Int32Array.from(raw, weight => Math.floor(0.5 + (weight / total) * 2 ** BITS))]);
  }
  return rows;
}

// One pass along one side; `pixels` has `count` lines of `length` places whose neighbours are `step` apart.
function pass(pixels, channels, width, height, size, along) {
  if ((along === "width" ? width : height) === size) return pixels;
  const rows = weights(along === "width" ? width : height, size);
  const [wide, tall] = along === "width" ? [size, height] : [width, size];
  const made = new Uint8Array(wide * tall * channels), step = along === "width" ? channels : width * channels;
  for (let y = 0; y < tall; y++) for (let x = 0; x < wide; x++) {
    const [first, taps] = rows[along === "width" ? x : y];
    const begin = along === "width" ? (y * width + first) * channels : (first * width + x) * channels;
    for (let c = 0; c < channels; c++) {
      let sum = 1 << (BITS - 1), at = begin + c;
      for (let tap = 0; tap < taps.length; tap++, at += step) sum += pixels[at] * taps[tap];
      made[(y * wide + x) * channels + c] = Math.min(255, sum >> BITS);
    }
  }
  return made;
}

function resized(pixels, channels, width, height, wide, tall) {
  return pass(pass(pixels, channels, width, height, wide, "width"), channels, wide, height, tall, "height");
}

function evenly(value) { // rounds halves to the even number, as Python does
  const low = Math.floor(value), rest = value - low;
  return rest > 0.5 || (rest === 0.5 && low % 2 === 1) ? low + 1 : low;
}

// `rgba` of a canvas to RGB (or, for a grey network, three times its grey) of `size` × `size`.
function square(rgba, width, height, wanted) {
  const { size, resize, channels } = wanted;
  let [left, top, wide, tall] = [0, 0, width, height];
  if (resize === "crop") {
    wide = tall = Math.min(width, height);
    left = Math.floor((width - wide) / 2);
    top = Math.floor((height - tall) / 2);
  }
  const depth = channels === 1 ? 1 : 3, seen = new Uint8Array(wide * tall * depth);
  for (let y = 0, to = 0; y < tall; y++) for (let x = 0; x < wide; x++) {
    const at = ((y + top) * width + x + left) * 4, [r, g, b] = [rgba[at], rgba[at + 1], rgba[at + 2]];
    if (depth === 1) seen[to++] = (19595 * r + 38470 * g + 7471 * b + 32768) >> 16;
    else { seen[to++] = r; seen[to++] = g; seen[to++] = b; }
  }
  let [newWide, newTall, across, down] = [size, size, 0, 0];
  if (resize === "pad" && !(wide === size && tall === size)) {
    const longest = Math.max(wide, tall);
    newWide = Math.max(1, evenly((wide * size) / longest));
    newTall = Math.max(1, evenly((tall * size) / longest));
    across = Math.floor((size - newWide) / 2);
    down = Math.floor((size - newTall) / 2);
  }
  const small = resized(seen, depth, wide, tall, newWide, newTall), made = new Uint8Array(size * size * 3);
  for (let y = 0; y < newTall; y++) for (let x = 0; x < newWide; x++) for (let c = 0; c < 3; c++)
    made[((y + down) * size + x + across) * 3 + c] = small[(y * newWide + x) * depth + (depth === 1 ? 0 : c)];
  return made;
}
