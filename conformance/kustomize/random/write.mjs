const PLAIN = /^[A-Za-z/][A-Za-z0-9_./-]*$/
const SPECIAL = /^(?:y|n|yes|no|on|off|true|false|null|~)$/i

/** A scalar that is written as it stands, whatever YAML makes of it. */
export class Raw {
  constructor(text) {
    this.text = text
  }
}

/** Writes data as YAML in styles picked at random: quotes, flow and block, comments, indentation of lists. */
export function write(value, chance, options = {}) {
  const writer = new Writer(chance, options)
  return `${writer.block(value, '').replace(/^\n/, '')}\n`
}

class Writer {
  constructor(chance, { comments = 40, folded = false } = {}) {
    this.chance = chance
    // One place in so many has one.
    this.comments = comments
    this.folded = folded
    this.indentLists = chance.oneIn(2)
  }

  block(value, indent) {
    if (isFlat(value) && this.chance.oneIn(12)) return ` ${this.flow(value)}`
    if (Array.isArray(value)) return value.length === 0 ? ' []' : this.list(value, indent)
    if (typeof value === 'object' && value !== null && !(value instanceof Raw)) {
      return Object.keys(value).length === 0 ? ' {}' : this.map(value, indent)
    }
    return ` ${this.scalar(value, indent)}${this.chance.oneIn(this.comments) ? ' # why' : ''}`
  }

  map(value, indent) {
    const entries = Object.entries(value)
    const lines = (this.chance.oneIn(6) ? this.chance.shuffle(entries) : entries).map(([key, each]) => {
      const comment = this.chance.oneIn(this.comments) ? `\n${indent}# about ${key}` : ''
      const inner = Array.isArray(each) && !this.indentLists ? indent : `${indent}  `
      return `${comment}\n${indent}${this.key(key)}:${this.block(each, inner)}`
    })
    return lines.join('')
  }

  list(value, indent) {
    return value
      .map((each) => {
        const text = this.block(each, `${indent}  `)
        return `\n${indent}-${text.startsWith('\n') ? ` ${text.slice(indent.length + 3)}` : text}`
      })
      .join('')
  }

  flow(value) {
    if (Array.isArray(value)) return `[${value.map((each) => this.flow(each)).join(', ')}]`
    if (typeof value === 'object' && value !== null && !(value instanceof Raw)) {
      return `{${Object.entries(value)
        .map(([key, each]) => `${this.key(key)}: ${this.flow(each)}`)
        .join(', ')}}`
    }
    return typeof value === 'string' ? JSON.stringify(value) : this.scalar(value, '')
  }

  key(key) {
    if (!PLAIN.test(key) || SPECIAL.test(key)) return JSON.stringify(key)
    return this.chance.oneIn(60) ? `'${key}'` : key
  }

  scalar(value, indent) {
    if (value instanceof Raw) return value.text
    if (typeof value !== 'string') return String(value)
    if (value.includes('\n') && /^[^\s]/.test(value)) return this.literal(value, indent)
    if (PLAIN.test(value) && !SPECIAL.test(value) && !this.chance.oneIn(8)) return value
    return value.includes("'") || value.includes('\n') || this.chance.oneIn(2) ? JSON.stringify(value) : `'${value}'`
  }

  literal(value, indent) {
    const chomp = value.endsWith('\n') ? '' : '-'
    const text = value.replace(/\n$/, '').split('\n')
    return `${this.folded && this.chance.oneIn(3) ? '>' : '|'}${chomp}${text.map((line) => `\n${line === '' ? '' : `${indent === '' ? '  ' : indent}${line}`}`).join('')}`
  }
}

function isFlat(value) {
  if (value instanceof Raw || typeof value !== 'object' || value === null) return false
  return Object.values(value).every((each) => typeof each !== 'object' || each === null)
}
