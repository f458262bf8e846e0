/** A report as Markdown. Figures are named, not drawn: the HTML page draws them. */

import { formatCell } from "./format.ts";
import type { Block, Cell, Format, Report, Table } from "./model.ts";

export function reportMarkdown({ title, subtitle, highlights, sections }: Report): string {
  const parts = [
    `# ${escapeMarkdown(title)}`,
    escapeMarkdown(subtitle),
    highlights
      .map(({ label, value, format }) => `- **${escapeMarkdown(label)}**: ${cellText(value, format)}`)
      .join("\n"),
    ...sections.flatMap((section) => [`## ${escapeMarkdown(section.title)}`, ...section.blocks.map(blockText)]),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function blockText(block: Block): string {
  switch (block.kind) {
    case "paragraph":
      return escapeMarkdown(block.text);
    case "table":
      return tableText(block);
    case "figure":
      return `*Figure (drawn in the HTML report): ${escapeMarkdown(`${block.title} ${block.caption}`)}*`;
    case "quotation":
      return [
        `**${escapeMarkdown(block.title)}**`,
        ...block.texts.map(({ label, text }) => `${escapeMarkdown(label)}\n\n${fenced(text)}`),
      ].join("\n\n");
  }
}

function tableText({ columns, rows }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [
    line(columns.map(({ title }) => escapeMarkdown(title))),
    line(columns.map(({ format }) => (format === "text" ? "---" : "---:"))),
    ...rows.map((row) => line(row.map((cell, index) => cellText(cell, columns[index].format)))),
  ].join("\n");
}

function cellText(cell: Cell, format: Format): string {
  const { value, interval } = formatCell(cell, format);
  return interval === undefined ? escapeMarkdown(value) : `${value} (${interval})`;
}

/** Text from data must not become markup: neither Markdown's nor HTML's. */
function escapeMarkdown(text: string): string {
  return text
    .replace(/[\\`*_{}[\]<>#|~]/g, "\\$&")
    .replace(/&/g, "&amp;")
    .replace(/\s*\n\s*/g, " ");
}

/** A code block whose fence is longer than any run of backticks inside. */
function fenced(text: string): string {
  const longest = Math.max(2, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}text\n${text}\n${fence}`;
}
