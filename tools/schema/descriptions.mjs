// Prints what a real API server says about every built-in type and field: node descriptions.mjs SERVER TOKEN. Its certificate is not checked: it is a local one.
// The output is compressed and in base64: { model: { "": text of the type, field: text } }.
import { brotliCompressSync, constants } from 'node:zlib'

process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
const [, , server, token] = process.argv
const get = async (path) => (await fetch(`${server}${path}`, { headers: { authorization: `Bearer ${token}` } })).json()

const found = {}
for (const path of Object.keys((await get('/openapi/v3')).paths)) {
  if (!/^(api|apis\/[\w.]+)\/v\d+$/.test(path)) continue
  for (const [model, schema] of Object.entries((await get(`/openapi/v3/${path}`)).components.schemas))
    found[model] = textsOf(schema)
}
const data = brotliCompressSync(JSON.stringify(found), {
  params: { [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_QUALITY]: 11 },
})
console.log(JSON.stringify(data.toString('base64')))

function textsOf({ description, properties = {} }) {
  const fields = Object.entries(properties).flatMap(([name, of]) => (of.description ? [[name, of.description]] : []))
  return { ...(description ? { '': description } : {}), ...Object.fromEntries(fields) }
}
