/** Rows as columns of equal width with tabs between, longer cells cut with dots, as Helm's tables are. */
export function formatTable(rows: readonly (readonly string[])[], maxWidth: number): string {
  const columns = Math.max(...rows.map((row) => row.length))
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => cut(row[column] ?? '', maxWidth).length)),
  )
  return rows
    .map((row) => row.map((cell, column) => cut(cell, maxWidth).padEnd(widths[column] ?? 0)).join('\t'))
    .join('\n')
}

function cut(text: string, width: number): string {
  return width > 0 && text.length > width ? `${text.slice(0, Math.max(0, width - 3))}...` : text
}
