// Writes the table of pod fields into docs/compatibility.md, between its two marks, from the table that the node enforces.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { ROOT } from './lib.mjs'

const PAGE = join(ROOT, 'docs/compatibility.md')
const START = '<!-- pod fields -->'
const END = '<!-- end of pod fields -->'

/** The rows as Markdown. */
export async function podFields() {
  const { outputFiles } = await build({
    entryPoints: [join(ROOT, 'packages/node/src/pod/outcomes.ts')],
    bundle: true,
    format: 'esm',
    platform: 'node',
    write: false,
  })
  const { PROCESS_OUTCOMES } = await import(
    `data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`
  )
  return [
    '| field of the pod | outcome | |',
    '|---|---|---|',
    ...PROCESS_OUTCOMES.map(({ field, outcome, note = '' }) => `| \`${field}\` | ${outcome} | ${note} |`),
  ].join('\n')
}

/** The page with the rows of today. */
export async function withPodFields(page) {
  const [before] = page.split(START)
  const [, after] = page.split(END)
  return `${before}${START}\n${await podFields()}\n${END}${after}`
}

if (process.argv[1]?.endsWith('compatibility.mjs')) writeFileSync(PAGE, await withPodFields(readFileSync(PAGE, 'utf8')))
