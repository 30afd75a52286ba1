// What differs between any two runs: times, ages, uids, random names and hashes, addresses, versions of objects. Each becomes a word, so that its presence still counts.
const RULES = [
  [/\?hash=[0-9A-F]+/g, '?hash=<hash>'],
  [/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<uid>'],
  [/\b(web|tmp)-[bcdf-hj-np-tv-z2456789]{6,10}-[bcdf-hj-np-tv-xz2456789]{5}\b/g, '$1-<hash>-<name>'],
  [/\b(web|tmp)-[bcdf-hj-np-tv-z2456789]{7,10}\b/g, '$1-<hash>'],
  [/\b(db)-[bcdf-hj-np-tv-z2456789]{7,10}\b/g, '$1-<hash>'],
  [/\b(agent|once|tmp|web)-[bcdf-hj-np-tv-xz2456789]{5}\b/g, '$1-<name>'],
  [/\b(kube-api-access)-[bcdf-hj-np-tv-xz2456789]{5}\b/g, '$1-<name>'],
  [/\b(helm|multi)-[bcdf-hj-np-tv-z2456789]{7,10}-[bcdf-hj-np-tv-xz2456789]{5}\b/g, '$1-<hash>-<name>'],
  [/\bapiserver-[a-z0-9]{26}\b/g, 'apiserver-<hash>'],
  [/(hash["']?[:=] ?"?)[a-z0-9-]{6,13}/g, '$1<hash>'],
  [/\.[0-9a-f]{13,16}\b/g, '.<event>'],
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, '<time>'],
  [/(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}/g, '<time>'],
  [/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)? [+-]\d{4}( UTC)?/g, '<time>'],
  [/\b10\.(0|96|244)\.\d+\.\d+\b/g, '<ip>'],
  [/https?:\/\/(127\.0\.0\.1|192\.0\.2\.2):\d+/g, '<server>'],
  [/\b(127\.0\.0\.1|192\.0\.2\.2):\d+/g, '<server>'],
  [/(resourceVersion\\*["']?: ?)\\*"?\d+\\*"?/g, '$1<rv>'],
  [/(Resource Version:\s+)\d+/g, '$1<rv>'],
  [/(\/\S*\/)?\b(LIVE|MERGED)-\d+/g, '$2'],
  [/\b\d+(ms|s|m|h|d)(\d+(s|m|h))?( \(x\d+ over \d+(s|m|h)(\d+s)?\))?(?=\s|$|,)/g, '<age>'],
  [/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g, ''],
  [/default-scheduler-\S+/g, 'default-scheduler-<host>'],
  [/<invalid>/g, '<age>'],
  [/(storageVersionHash"?: ?)"[^"]+"/g, '$1"<hash>"'],
  [/^\t?eyJ\S+$|^<token>$/gm, '<token>'],
]

/** A text without what differs between any two runs; columns shrink to two blanks, since masked words move them. */
export function mask(text) {
  const masked = RULES.reduce((all, [pattern, word]) => all.replace(pattern, word), text)
  return masked
    .replace(/-{3,}/g, '---')
    .replace(/[ \t]{2,}/g, '  ')
    .replace(/[ \t]+$/gm, '')
}
