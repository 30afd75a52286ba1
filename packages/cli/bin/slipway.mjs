#!/usr/bin/env node
import { existsSync } from 'node:fs'

const bundle = new URL('../dist/bundle/slipway.mjs', import.meta.url)
if (!existsSync(bundle)) {
  process.stderr.write('slipway is not built yet; run `npm run build` in its repository\n')
  process.exit(1)
}
await import(bundle.href)
