// Draws the template anew a moment after each change; the answer to an older text is left out.
"use strict";
const text = document.getElementById("text");
if (text) {
  const PAUSE = 250; // milliseconds after the last key
  const dpi = document.getElementById("dpi");
  const order = document.getElementById("order");
  const said = document.getElementById("said");
  const canvas = document.getElementById("picture");
  let turn = 0;
  let timer;

  const draw = async () => {
    const mine = ++turn;
    try {
      const answer = await fetch("/labels/draw", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ text: text.value, dpi: Number(dpi.value), order: order.value }),
      });
      const picture = answer.ok ? await createImageBitmap(await answer.blob()) : null;
      const why = answer.ok ? "" : (await answer.text()) || String(answer.status);
      if (mine !== turn) return;
      said.textContent = why;
      canvas.classList.toggle("old", !picture);
      if (!picture) return;
      canvas.width = picture.width;
      canvas.height = picture.height;
      canvas.getContext("2d").drawImage(picture, 0, 0);
    } catch (error) {
      if (mine === turn) said.textContent = String(error);
    }
  };
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(draw, PAUSE);
  };
  text.addEventListener("input", soon);
  order.addEventListener("input", soon);
  dpi.addEventListener("change", draw);
  document.querySelector("#choose [name=template]").addEventListener("change", (event) => event.target.form.submit());
  draw();
}
