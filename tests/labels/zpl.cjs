// Draws ZPL with zpl-renderer-js: reads lines "source<TAB>target<TAB>width mm<TAB>height mm<TAB>dots a mm" from standard
// input, answers each with a line: the target, or "error" and why.
const fs = require("fs");
const { ready } = require("zpl-renderer-js");

ready.then(async ({ api }) => {
  for (const line of fs.readFileSync(0, "utf8").split("\n").filter(Boolean)) {
    const [source, target, width, height, dpmm] = line.split("\t");
    try {
      const pages = await api.zplToBase64MultipleAsync(fs.readFileSync(source, "utf8"), +width, +height, +dpmm);
      if (pages.length !== 1) throw new Error(`${pages.length} labels`);
      fs.writeFileSync(target, Buffer.from(pages[0], "base64"));
      console.log(target);
    } catch (error) {
      console.log(`error ${source}: ${error}`.replaceAll("\n", " "));
    }
  }
  process.exit(0);
});
