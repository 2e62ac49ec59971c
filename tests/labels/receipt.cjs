// Writes Code 128 as receiptline writes it: a line "text:hex of the whole stream" for each.
const receiptline = require("receiptline");

for (const text of ["BPN-000123-REV7", "J4T8R72KC", "1042", "85091906398"]) {
  const stream = receiptline.transform(`{code:${text};option:code128,2,72,nohri}`, { command: "escpos", cpl: 48 });
  console.log(`${text}:${Buffer.from(stream, "latin1").toString("hex")}`);
}
