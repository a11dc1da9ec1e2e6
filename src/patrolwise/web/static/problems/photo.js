// Makes faces and plates unreadable on the phone. The file that was chosen has no name in the form,
// so that a browser never sends it; what is sent is drawn here, smaller and without what a camera
// writes beside the picture. Without this script there is no photograph at all.
const LONGEST = 1280; // pixels: the site takes no more
const BLOCKS = 5; // a marked spot keeps this many colours a side: nobody is known by 25
const MOST_MARKS = 200;
const find = (id) => document.getElementById(id);
const form = find("photo-form"), file = find("photo-file"), sent = find("photo-sent");
const canvas = find("photo-canvas"), pen = canvas.getContext("2d", { alpha: false });
let base = null; // the smaller copy, as it was taken
let marks = [];
let frame = { x: 0, y: 0, size: 0 };

form.hidden = false;
file.addEventListener("change", open);
form.addEventListener("submit", send);
canvas.addEventListener("click", tap);
canvas.addEventListener("keydown", press);
for (const one of document.querySelectorAll("[data-do]")) {
  one.addEventListener("click", () => act(one.dataset.do));
}

async function open() {
  close();
  const chosen = file.files[0];
  if (!chosen) return;
  try {
    const picture = await createImageBitmap(chosen, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
    base = document.createElement("canvas");
    base.width = canvas.width = Math.max(1, Math.round(picture.width * scale));
    base.height = canvas.height = Math.max(1, Math.round(picture.height * scale));
    base.getContext("2d", { alpha: false }).drawImage(picture, 0, 0, base.width, base.height);
    picture.close();
  } catch {
    say("This file is no photograph that can be opened. Choose another one.");
    return;
  }
  frame = { x: base.width / 2, y: base.height / 2, size: Math.max(base.width, base.height) / 10 };
  find("photo-editor").hidden = find("photo-last").hidden = false;
  draw();
  tell();
}

function close() {
  base = null;
  marks = [];
  find("photo-editor").hidden = find("photo-last").hidden = true;
  say("");
}

function draw(withFrame = true) {
  pen.drawImage(base, 0, 0);
  for (const one of marks) pixelate(one);
  if (!withFrame) return;
  for (const [colour, width] of [["#000", 6], ["#ffd633", 3]]) {
    pen.strokeStyle = colour;
    pen.lineWidth = width;
    pen.strokeRect(frame.x - frame.size / 2, frame.y - frame.size / 2, frame.size, frame.size);
  }
}

function pixelate({ x, y, size }) {
  const left = Math.max(0, Math.floor(x - size / 2)), top = Math.max(0, Math.floor(y - size / 2));
  const width = Math.min(canvas.width, Math.ceil(x + size / 2)) - left;
  const height = Math.min(canvas.height, Math.ceil(y + size / 2)) - top;
  if (width < 1 || height < 1) return;
  const few = document.createElement("canvas");
  few.width = few.height = BLOCKS;
  const ink = few.getContext("2d", { alpha: false });
  ink.imageSmoothingQuality = "high";
  ink.drawImage(canvas, left, top, width, height, 0, 0, BLOCKS, BLOCKS);
  pen.imageSmoothingEnabled = false;
  pen.drawImage(few, 0, 0, BLOCKS, BLOCKS, left, top, width, height);
  pen.imageSmoothingEnabled = true;
}

function tap(event) {
  if (!base) return;
  const box = canvas.getBoundingClientRect();
  frame.x = ((event.clientX - box.left) * canvas.width) / box.width;
  frame.y = ((event.clientY - box.top) * canvas.height) / box.height;
  act("mark");
}

function press(event) {
  const keys = {
    ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down", Enter: "mark",
    "+": "larger", "=": "larger", "-": "smaller", Backspace: "undo",
  };
  const what = keys[event.key];
  if (!what || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  act(what);
}

function act(what) {
  if (!base) return;
  const step = frame.size / 3;
  const moves = { left: [-step, 0], right: [step, 0], up: [0, -step], down: [0, step] };
  if (moves[what]) {
    frame.x = Math.min(base.width, Math.max(0, frame.x + moves[what][0]));
    frame.y = Math.min(base.height, Math.max(0, frame.y + moves[what][1]));
  } else if (what === "larger") {
    frame.size = Math.min(Math.max(base.width, base.height), frame.size * 1.3);
  } else if (what === "smaller") {
    frame.size = Math.max(16, frame.size / 1.3);
  } else if (what === "undo") {
    marks.pop();
  } else if (marks.length < MOST_MARKS) {
    marks.push({ ...frame });
  }
  draw();
  tell();
}

function tell() {
  const across = Math.round((100 * frame.x) / base.width);
  const down = Math.round((100 * frame.y) / base.height);
  say(`${marks.length} pixelated. The frame is ${across} % across and ${down} % down.`);
}

function say(words) {
  find("photo-said").textContent = words;
}

async function send(event) {
  if (!base) return; // nothing was chosen: the site says so
  event.preventDefault();
  draw(false);
  const copy = await new Promise((take) => canvas.toBlob(take, "image/jpeg", 0.82));
  draw();
  const parcel = new DataTransfer();
  parcel.items.add(new File([copy], "photograph.jpg", { type: "image/jpeg" }));
  sent.files = parcel.files;
  find("photo-marks").value = String(marks.length);
  form.submit();
}
