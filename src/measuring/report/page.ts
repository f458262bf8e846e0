/** A report as one HTML page that needs nothing else: no script, no request, nothing from data left unescaped. */

import { drawSvg } from "./drawing.ts";
import { formatCell } from "./format.ts";
import type { Block, Cell, Figure, Format, Quotation, Report, Table } from "./model.ts";
import { pageStyle } from "./page-style.ts";

export function reportPage({ title, subtitle, highlights, sections }: Report): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeHtml(title)}</title>
<style>${pageStyle}</style>
</head>
<body>
<main>
<header>
<h1>${escapeHtml(title)}</h1>
<p>${escapeHtml(subtitle)}</p>
</header>
${highlights.length > 0 ? `<dl class="highlights">${highlights.map(highlightHtml).join("")}</dl>` : ""}
${sections.map((section) => `<section>\n<h2>${escapeHtml(section.title)}</h2>\n${section.blocks.map(blockHtml).join("\n")}\n</section>`).join("\n")}
</main>
</body>
</html>
`;
}

/** Safe in text and in a quoted attribute. */
export function escapeHtml(text: string): string {
  const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  return text.replace(/[&<>"']/g, (character) => entities[character]);
}

function highlightHtml({ label, value, format }: Report["highlights"][number]): string {
  return `<div><dt>${escapeHtml(label)}</dt><dd>${cellHtml(value, format)}</dd></div>`;
}

function blockHtml(block: Block): string {
  switch (block.kind) {
    case "paragraph":
      return `<p>${escapeHtml(block.text)}</p>`;
    case "table":
      return tableHtml(block);
    case "figure":
      return figureHtml(block);
    case "quotation":
      return quotationHtml(block);
  }
}

function tableHtml({ columns, rows }: Table): string {
  const kind = columns.map(({ format }) => (format === "text" ? "" : ' class="number"'));
  const head = columns.map(({ title }, index) => `<th scope="col"${kind[index]}>${escapeHtml(title)}</th>`).join("");
  const body = rows
    .map(
      (row) =>
        `<tr>${row.map((cell, index) => `<td${kind[index]}>${cellHtml(cell, columns[index].format)}</td>`).join("")}</tr>`,
    )
    .join("\n");
  return `<div class="table"><table>\n<thead><tr>${head}</tr></thead>\n<tbody>\n${body}\n</tbody>\n</table></div>`;
}

function cellHtml(cell: Cell, format: Format): string {
  const { value, interval } = formatCell(cell, format);
  return interval === undefined ? escapeHtml(value) : `${escapeHtml(value)} <small>${escapeHtml(interval)}</small>`;
}

function figureHtml({ title, caption, drawing }: Figure): string {
  return `<figure>\n<figcaption><strong>${escapeHtml(title)}</strong> ${escapeHtml(caption)}</figcaption>\n${drawSvg(drawing)}\n</figure>`;
}

function quotationHtml({ title, texts }: Quotation): string {
  const parts = texts.map(({ label, text }) => `<dt>${escapeHtml(label)}</dt><dd>${escapeHtml(text)}</dd>`);
  return `<details>\n<summary>${escapeHtml(title)}</summary>\n<dl class="texts">${parts.join("")}</dl>\n</details>`;
}
