const $ = id => document.getElementById(id);
const facts = JSON.parse($("facts").textContent), wanted = facts.preprocessing, languages = Object.keys(facts.texts);
let language = languages.find(one => navigator.language.startsWith(one)) ?? languages[0];
let session, answers = [];

const text = (key, values = {}) => (facts.texts[language][key] ?? "").replace(/\{(\w+)\}/g, (_, name) => values[name]);
const share = p => new Intl.NumberFormat(language, { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(p);
function made(kind, content, parent) {
  const node = document.createElement(kind);
  if (content !== undefined) node.textContent = content;
  parent?.append(node);
  return node;
}
function say() {
  document.documentElement.lang = language;
  document.title = text("title");
  for (const node of document.querySelectorAll("[data-text]")) node.textContent = text(node.dataset.text);
  answers.forEach(show);
}

async function unpacked(id) {
  const packed = Uint8Array.from(atob($(id).textContent), sign => sign.charCodeAt(0));
  $(id).remove();
  return new Uint8Array(await new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer());
}

// The pixels of a picture over white, upright, without its colour profile.
async function decoded(blob) {
  const bitmap = await createImageBitmap(blob, { colorSpaceConversion: "none", imageOrientation: "from-image" });
  if (bitmap.width * bitmap.height > 89478485) throw new Error(text("large"));
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height), brush = canvas.getContext("2d", { willReadFrequently: true });
  brush.fillStyle = "#fff";
  brush.fillRect(0, 0, bitmap.width, bitmap.height);
  brush.drawImage(bitmap, 0, 0);
  return [brush.getImageData(0, 0, bitmap.width, bitmap.height).data, bitmap];
}

async function answered(rgba, width, height) {
  const shape = [1, wanted.size, wanted.size, 3];
  const found = await session.run({ images: new ort.Tensor("uint8", square(rgba, width, height, wanted), shape) }, ["probabilities"]);
  return Array.from(found.probabilities.data);
}

// The same, said by the service that gave this page; the token of its link stands after the #.
async function asked(blob) {
  const token = new URLSearchParams(location.hash.slice(1)).get("token"), headers = { "Content-Type": blob.type || "application/octet-stream" };
  if (token) headers.Authorization = `Bearer ${token}`;
  const response = await fetch(`predict?top=${facts.classes.length}`, { method: "POST", body: blob, headers }), found = await response.json();
  if (!response.ok) throw new Error(found.error);
  const { labels, probabilities } = found.predictions[0];
  return facts.classes.map(name => probabilities[labels.indexOf(name)]);
}

function show(answer) {
  const { item, name, probabilities, error } = answer;
  item.lastChild.replaceChildren();
  made("h3", name, item.lastChild);
  if (error) { made("p", text("unreadable", { reason: error }), item.lastChild).className = "warn"; return; }
  if (!probabilities) return;
  const order = probabilities.map((_, place) => place).sort((a, b) => probabilities[b] - probabilities[a]);
  if (facts.unknown_below !== null && probabilities[order[0]] < facts.unknown_below) made("p", text("is_unknown"), item.lastChild).className = "warn";
  const table = made("table", undefined, item.lastChild);
  for (const place of order.slice(0, Number($("top").value))) {
    const row = made("tr", undefined, table);
    made("td", facts.classes[place], row);
    const bar = made("meter", undefined, made("td", undefined, row));
    bar.value = probabilities[place];
    bar.ariaLabel = facts.classes[place];
    made("td", share(probabilities[place]), row);
  }
}

async function take(blob, name) {
  const item = made("li"), canvas = made("canvas", undefined, item), answer = { item, name };
  made("div", undefined, item);
  $("answers").prepend(item);
  answers.unshift(answer);
  $("controls").hidden = false;
  show(answer);
  try {
    if (facts.service) answer.probabilities = await asked(blob);
    const [rgba, bitmap] = await decoded(blob);
    const scale = Math.min(1, 224 / Math.max(bitmap.width, bitmap.height));
    canvas.width = Math.max(1, Math.round(bitmap.width * scale));
    canvas.height = Math.max(1, Math.round(bitmap.height * scale));
    canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    answer.probabilities ??= await answered(rgba, bitmap.width, bitmap.height);
  } catch (error) { if (!answer.probabilities) answer.error = error.message; } // a service reads pictures that the browser may not
  show(answer);
}
let queue = Promise.resolve();
const takeAll = files => [...files].forEach(file => { queue = queue.then(() => take(file, file.name || text("pasted"))); });

async function photograph() {
  let stream;
  try { stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } }); } catch { $("photo").click(); return; }
  const video = $("video"), viewer = $("viewer");
  viewer.onclose = () => stream.getTracks().forEach(track => track.stop()); // however it is closed, the camera is given back
  $("cancel").onclick = () => viewer.close();
  $("take").onclick = async () => {
    if (!video.videoWidth) return; // nothing is seen yet
    const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
    canvas.getContext("2d").drawImage(video, 0, 0);
    viewer.close();
    takeAll([new File([await canvas.convertToBlob()], text("photo"))]);
  };
  video.srcObject = stream;
  viewer.showModal();
  await video.play().catch(() => {}); // closed before it began
}

function prepare() {
  for (const one of languages) made("option", facts.names[one], $("language")).value = one;
  $("language").hidden = languages.length < 2;
  $("language").value = language;
  $("language").ariaLabel = languages.map(one => facts.names[one]).join(" / ");
  $("language").onchange = () => { language = $("language").value; say(); };
  for (const count of [1, 3, 5, 10]) if (count === 1 || count <= facts.classes.length) made("option", count, $("top"));
  $("top").value = facts.classes.length < 3 ? "1" : "3";
  if (facts.classes.length === 2) { made("option", 2, $("top")); $("top").value = "2"; }
  $("top").onchange = () => answers.forEach(show);
  $("clear").onclick = () => { answers = []; $("answers").replaceChildren(); $("controls").hidden = true; };
  facts.classes.forEach((name, place) => {
    const item = made("li", undefined, $("classes"));
    if (facts.samples[place]) { const picture = made("img", undefined, item); picture.src = facts.samples[place]; picture.alt = ""; }
    made("span", name, item);
  });
  for (const id of ["file", "photo"]) $(id).onchange = event => { takeAll(event.target.files); event.target.value = ""; };
  $("camera").onclick = photograph;
  document.onpaste = event => takeAll([...event.clipboardData.files]);
  document.ondragover = event => { event.preventDefault(); $("drop").classList.add("over"); };
  document.ondragleave = () => $("drop").classList.remove("over");
  document.ondrop = event => { event.preventDefault(); $("drop").classList.remove("over"); takeAll(event.dataTransfer.files); };
  say();
}

prepare();
try {
  if (!facts.service) {
    ort.env.wasm.numThreads = 1;
    ort.env.wasm.wasmBinary = await unpacked("engine");
    session = await ort.InferenceSession.create(await unpacked("model"), { executionProviders: ["wasm"] });
  }
  $("state").hidden = true;
  $("give").hidden = false;
} catch (error) {
  delete $("state").dataset.text;
  $("state").textContent = text("failed", { reason: error.message });
}
async function predict(blob) {
  if (facts.service) return asked(blob);
  const [rgba, bitmap] = await decoded(blob);
  return answered(rgba, bitmap.width, bitmap.height);
}
globalThis.linnaeus = { classes: facts.classes, predict };
