// Texts with comments in every place, and with anchors, aliases, merge keys and tags.

const WORDS = ['a', 'b', 'c', 'name', 'x y', '1', '"q"', "'s'", '~', 'true', '', "'it''s'", '"a\\nb"', 'http://x/#y']
const KEYS = ['a', 'b', 'c', 'd', 'key', '"q k"', '1', "'x'", 'e', 'f']
const TAGS = ['!!str', '!!int', '!custom', '!', '!!map', '!!seq', '!<tag:x,y>', '!!a%20b']
const BREAKS = ['\n', '\n', '\n', '\n', '\n\n', '\n\n', '\n\n\n', '\n \n', '\n  \n', '\n\t\n']

/** A text whose lines break with the same break, most of them parsed by YAML. */
export function commented(random) {
  const writer = new CommentedText(random)
  const text = writer.document()
  return random.below(20) === 0 ? text.replaceAll('\n', random.pick(['\r\n', '\r\n', '\r'])) : text
}

class CommentedText {
  #random
  #anchors = []
  #density

  constructor(random) {
    this.#random = random
    this.#density = random.pick([1, 2, 3, 6])
  }

  document() {
    const random = this.#random
    const start = this.#oneIn(5) ? `${this.#between('')}---${this.#lineEnd('')}` : ''
    const body = this.#node('', 3, 'top')
    const end = this.#between('')
    const more = this.#oneIn(8) ? random.pick(['...\n', '---\n', '---\nz: 1 # other\n', '... # end\n# more\n']) : ''
    const text = `${start}${this.#between('')}${body}${end}${more}`
    return this.#oneIn(10) ? text.trimEnd() : text
  }

  #oneIn(count) {
    return this.#random.below(count) === 0
  }

  #comment() {
    return `#${this.#random.pick([' c', ' c', 'd', '', ' two words', ' é', '# x', ' a: b', ' 😀'])}${this.#random.below(100)}`
  }

  // What stands at the end of a line with something on it.
  #lineEnd(indent) {
    const comment = this.#oneIn(2 + this.#density)
      ? `${this.#random.pick([' ', '  ', ' ', '\t'])}${this.#comment()}`
      : ''
    return `${comment}\n${this.#between(indent)}`
  }

  // Lines without anything but comments, indented as what follows, or less, or more.
  #between(indent) {
    let text = ''
    while (this.#oneIn(1 + this.#density)) {
      const random = this.#random
      if (this.#oneIn(3)) text += random.pick(BREAKS).slice(1)
      else {
        const own = random.pick([
          indent,
          indent,
          indent,
          indent,
          '',
          indent.slice(2),
          `${indent}  `,
          `${indent} `,
          '  ',
        ])
        text += `${own}${this.#comment()}${random.pick(BREAKS)}`
      }
    }
    return text
  }

  #properties() {
    if (!this.#oneIn(5)) return ''
    if (this.#oneIn(2)) return `${this.#random.pick(TAGS)} `
    const name = this.#random.pick(['x', 'y', 'z1'])
    this.#anchors.push(name)
    return this.#oneIn(5) ? `&${name} ${this.#random.pick(TAGS)} ` : `&${name} `
  }

  #scalar() {
    if (this.#anchors.length > 0 && this.#oneIn(4)) return `*${this.#random.pick(this.#anchors)}`
    return this.#properties() + this.#random.pick(WORDS)
  }

  #node(indent, depth, where) {
    const kind = depth > 0 ? this.#random.below(where === 'top' ? 12 : 9) : 0
    if (where === 'top' && kind >= 4) return this.#map(indent, depth)
    if (kind <= 3) return where === 'top' && kind > 0 ? this.#seq(indent, depth) : ` ${this.#leaf(indent)}`
    if (where === 'item' && this.#oneIn(2)) return this.#compact(indent, depth)
    const properties = this.#properties()
    const isMap = kind <= 6
    const inner = isMap || !this.#oneIn(2) ? this.#deeper(indent) : where === 'item' ? this.#deeper(indent) : indent
    const begin = properties === '' ? this.#lineEnd(inner) : ` ${properties.trimEnd()}${this.#lineEnd(inner)}`
    return begin + (isMap ? this.#map(inner, depth - 1) : this.#seq(inner, depth - 1))
  }

  #deeper(indent) {
    return indent + this.#random.pick(['  ', '  ', '  ', '    ', ' ', '   '])
  }

  // A block that begins on the line of its `-`.
  #compact(indent, depth) {
    const inner = `${indent}  `
    const text = this.#oneIn(3) ? this.#seq(inner, depth - 1) : this.#map(inner, depth - 1)
    return text.startsWith(inner) ? ` ${text.slice(inner.length)}` : `${this.#lineEnd(inner)}${text}`
  }

  #leaf(indent) {
    const roll = this.#random.below(12)
    if (roll === 0) return this.#block(indent)
    if (roll <= 2) return `${this.#flow(2, `${indent}  `)}${this.#lineEnd(indent)}`
    if (roll === 3) return `two${this.#random.pick(BREAKS)}${indent}  lines${this.#lineEnd(indent)}`
    return `${this.#scalar()}${this.#lineEnd(indent)}`
  }

  #block(indent) {
    const random = this.#random
    const header = random.pick(['|', '|-', '|+', '>', '>-', '>+', '|2', '|2-'])
    const comment = this.#oneIn(3) ? ` ${this.#comment()}` : ''
    const lines = Array.from({ length: random.below(4) }, () => random.pick(['t', 'u # v', '# w', '', ' y']))
    const inner = `${indent}  `
    const body = lines.map((line) => (line === '' ? '\n' : `${inner}${line}\n`)).join('')
    return `${this.#properties()}${header}${comment}\n${body}${this.#between(indent)}`
  }

  #flow(depth, indent) {
    const items = Array.from({ length: this.#random.below(4) }, () => this.#flowItem(depth, indent))
    if (this.#oneIn(2)) return `${this.#properties()}[${this.#flowGap(indent)}${this.#joined(items, indent)}]`
    const entries = items.map((each, at) => `${this.#flowKey(at)}:${this.#flowSpace(indent)}${each}`)
    return `${this.#properties()}{${this.#flowGap(indent)}${this.#joined(entries, indent)}}`
  }

  #flowKey(at) {
    return this.#oneIn(9) ? `? k${at} ` : `${this.#random.pick(['k', 'n'])}${at}`
  }

  #joined(parts, indent) {
    const text = parts.map((each) => `${each}${this.#flowGap(indent)}`).join(`,${this.#flowSpace(indent)}`)
    return parts.length > 0 && this.#oneIn(5) ? `${text},${this.#flowGap(indent)}` : text
  }

  #flowItem(depth, indent) {
    if (depth > 0 && this.#oneIn(4)) return this.#flow(depth - 1, indent)
    if (this.#oneIn(8)) return 'p: q'
    return this.#scalar()
  }

  #flowSpace(indent) {
    return this.#flowGap(indent) || ' '
  }

  // Inside of brackets: nothing, or lines with comments.
  #flowGap(indent) {
    if (!this.#oneIn(2 + this.#density)) return ''
    return ` ${this.#oneIn(2) ? this.#comment() : ''}\n${this.#between(indent)}${indent}`
  }

  #seq(indent, depth) {
    const count = 1 + this.#random.below(3)
    return Array.from({ length: count }, () => `${indent}-${this.#node(indent, depth - 1, 'item')}`).join(
      this.#gap(indent),
    )
  }

  #gap(indent) {
    return this.#oneIn(3) ? this.#between(indent) : ''
  }

  #map(indent, depth) {
    const count = 1 + this.#random.below(3)
    const keys = KEYS.slice(this.#random.below(6)).slice(0, count)
    return keys.map((key) => this.#entry(indent, depth, key)).join(this.#gap(indent))
  }

  #entry(indent, depth, key) {
    if (this.#anchors.length > 0 && this.#oneIn(8))
      return `${indent}<<: *${this.#random.pick(this.#anchors)}${this.#lineEnd(indent)}`
    if (this.#anchors.length > 0 && this.#oneIn(14))
      return `${indent}*${this.#random.pick(this.#anchors)} :${this.#node(indent, depth - 1, 'value')}`
    if (this.#oneIn(16)) return this.#complex(indent, depth, key)
    const properties = this.#oneIn(4) ? this.#properties() : ''
    return `${indent}${properties}${key}:${this.#node(indent, depth - 1, 'value')}`
  }

  #complex(indent, depth, key) {
    const first = this.#oneIn(2) ? ` ${key}${this.#lineEnd(indent)}` : this.#node(indent, depth - 1, 'item')
    return `${indent}?${first}${indent}:${this.#node(indent, depth - 1, 'value')}`
  }
}
