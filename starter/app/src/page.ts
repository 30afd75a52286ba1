import { createHash } from 'node:crypto'
import type { Identity } from './identity.ts'
import type { Answer } from './respond.ts'

// Asks this very address again and again, so that one watches a rollout through whatever stands in front of the pods.
const SCRIPT = `
const seen = []
let failures = 0
const colours = new Map()
const colourOf = (key) => {
  // Any hue but red, which is for failures.
  if (!colours.has(key)) colours.set(key, 'hsl(' + (40 + ((160 + colours.size * 103) % 280)) + ' 65% 45%)')
  return colours.get(key)
}
const show = (entry) => {
  seen.push(entry)
  if (seen.length > 100) seen.shift()
  if (entry.failed) failures += 1
  document.getElementById('failures').textContent = String(failures)
  document.getElementById('strip').replaceChildren(...seen.map((one) => {
    const cell = document.createElement('i')
    cell.style.background = one.failed ? '#dc2626' : colourOf(one.pod + ' ' + one.version)
    cell.title = one.failed ? one.reason : one.pod + ' ' + one.version
    return cell
  }))
  const pods = [...new Set(seen.filter((one) => !one.failed).map((one) => one.pod + ' ' + one.version))]
  document.getElementById('pods').replaceChildren(...pods.map((key) => {
    const line = document.createElement('li')
    const dot = document.createElement('i')
    dot.style.background = colourOf(key)
    line.append(dot, ' ' + key)
    return line
  }))
}
const ask = async () => {
  try {
    const answer = await fetch(location.pathname, { headers: { accept: 'application/json' }, cache: 'no-store', signal: AbortSignal.timeout(5000) })
    if (!answer.ok) throw new Error('HTTP ' + answer.status)
    show(await answer.json())
  } catch (error) {
    show({ failed: true, reason: String(error) })
  }
  setTimeout(ask, 200)
}
ask()
`

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { margin: 0; border-top: 8px solid var(--colour) }
main { max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem }
dd { margin: 0; overflow-wrap: anywhere; font-family: ui-monospace, monospace }
#strip { display: grid; grid-template-columns: repeat(50, 1fr); gap: 2px }
#strip i { aspect-ratio: 1; border-radius: 2px }
ul { list-style: none; padding: 0; font-family: ui-monospace, monospace }
li i { display: inline-block; width: .8em; height: .8em; border-radius: 50% }
`

/** The page is rendered once: everything on it is known at start. */
export function page(identity: Identity): Answer {
  const style = `:root { --colour: ${identity.colour} }${STYLE}`
  const rows = Object.entries(identity).map(
    ([name, value]) => `<dt>${escape(name)}</dt><dd>${escape(value) || '-'}</dd>`,
  )
  const title = `${escape(identity.service)}: ${escape(identity.environment)}`
  return {
    status: 200,
    type: 'text/html; charset=utf-8',
    headers: { vary: 'accept', 'content-security-policy': policy(SCRIPT, style) },
    body: `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title>
<style>${style}</style>
<main><h1>${title}</h1><dl>${rows.join('')}</dl>
<h2>The last 100 requests, <span id="failures">0</span> failed</h2>
<div id="strip"></div><ul id="pods"></ul></main>
<script>${SCRIPT}</script></html>
`,
  }
}

function policy(script: string, style: string): string {
  const hash = (source: string) => `'sha256-${createHash('sha256').update(source).digest('base64')}'`
  // The script colours the strip's cells through the style attribute, which the CSSOM may do under this policy.
  return `default-src 'none'; connect-src 'self'; script-src ${hash(script)}; style-src ${hash(style)}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
