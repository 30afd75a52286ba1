import { brotliDecompressSync } from 'node:zlib'

/** What types and fields are for, by model name and field; the field '' is the type itself. */
export type Descriptions = Readonly<Record<string, Readonly<Record<string, string>>>>

let loaded: Promise<Descriptions> | undefined

/** The descriptions of the built-in types, as the real API server gives them. They are large and seldom asked for: read once, at the first question. */
export function loadDescriptions(): Promise<Descriptions> {
  loaded ??= import('./generated/descriptions.ts').then(
    ({ DESCRIPTIONS }) =>
      JSON.parse(brotliDecompressSync(Buffer.from(DESCRIPTIONS, 'base64')).toString('utf8')) as Descriptions,
  )
  return loaded
}
