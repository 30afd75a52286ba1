import { generateKeyPairSync } from 'node:crypto'

const ed25519 = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' })
const ecdsa = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'sec1', format: 'pem' })
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs1', format: 'pem' })
const KEYS = [ed25519, ecdsa, rsa].map((pem) => JSON.stringify(pem))
/** Not one with a good frame around bad contents: there Go prints the parameters of its ASN.1 reader. */
const BAD_KEYS = [
  '""',
  '"x"',
  ...['PUBLIC KEY', 'XYZ PRIVATE KEY', 'CERTIFICATE'].map((type) =>
    JSON.stringify(`-----BEGIN ${type}-----\nAAAA\n-----END ${type}-----\n`),
  ),
]
const TEXTS = [
  '""',
  '"a"',
  '"sixteen bytes ok"',
  '.s',
  '.u',
  '.multi',
  '.bin',
  '"0123456789012345678901234567890123456789"',
]
const SEALED = [
  '""',
  '"a"',
  '"AAAA"',
  '"AAAAAAAAAAAAAAAAAAAAAA=="',
  '"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="',
  '"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"',
  '"!"',
  '"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"',
]
const KINDS = ['long', 'maximum', 'medium', 'short', 'basic', 'pin', 'phrase', 'name', 'bogus', '']
const IPS = [
  '(list)',
  '(list "1.2.3.4" "::1")',
  '(list "1.2.3")',
  '(list 5)',
  '(list nil)',
  'nil',
  '.nil',
  '.s',
  '(list "::ffff:1.2.3.4")',
  '(list "fe80::1")',
  '(list "1:2:3:4:5:6:7:1.2.3.4")',
  '(list "1::2::3")',
  '(list "12345::")',
  '(list "")',
  '(list "1:2:3:4:5:6:7::")',
  '(list "g::1")',
]
const DNS = ['(list)', '(list "a.b")', '(list "é.x" "")', '(list 5)', 'nil', '.nil', '.m', '(list nil)']

/** A template of random functions that shows what is the same at every run: lengths, forms, what comes back, errors. */
export function crypto(random) {
  const key = random.chance(0.85) ? random.pick(KEYS) : random.pick(BAD_KEYS)
  const days = random.pick(['365', '0', '-1', '1', '36500', '9000', '.i'])
  const text = random.weighted([
    [
      3,
      () =>
        `derivePassword ${random.pick(['1', '2', '0', '4294967295', '4294967296', '-1', '.i'])} "${random.pick(KINDS)}" ${random.pick(TEXTS)} ${random.pick(TEXTS)} "example.com"`,
    ],
    [3, () => `encryptAES ${random.pick(TEXTS)} ${random.pick(TEXTS)} | decryptAES "k"`],
    [3, () => `$k := ${random.pick(TEXTS)}}}{{encryptAES $k ${random.pick(TEXTS)} | decryptAES $k`],
    [3, () => `decryptAES ${random.pick(TEXTS)} ${random.pick(SEALED)}`],
    [
      2,
      () =>
        `${random.pick(['randAlphaNum', 'randAlpha', 'randNumeric', 'randAscii', 'randBytes'])} ${random.pick(['0', '1', '7', '40', '-1', '.nil', '.i'])} | len`,
    ],
    [1, () => `randNumeric 9 | regexMatch "^[0-9]*$"`],
    [1, () => `randAlphaNum 30 | regexMatch "^[0-9a-zA-Z]*$"`],
    [1, () => `randInt ${random.pick(['3 4', '4 3', '3 3', '-5 -4', '.i 8'])}`],
    [
      1,
      () =>
        `${random.pick(['shuffle "aaa"', 'shuffle ""', 'shuffle .u | len', 'uuidv4 | regexMatch "^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"'])}`,
    ],
    [0.5, () => `htpasswd ${random.pick(['"u"', '"a:b"'])} ${random.pick(TEXTS)} | trunc 5`],
    [0.3, () => `bcrypt ${random.pick([...TEXTS, `"${'x'.repeat(73)}"`])} | len`],
    [
      1,
      () =>
        `genPrivateKey "${random.chance(0.03) ? random.pick(['rsa', 'dsa', '']) : random.pick(['ed25519', 'ecdsa', 'bogus'])}" | trunc 20`,
    ],
    [2, () => `genCAWithKey "ca" ${days} ${key} | printf "%T"`],
    [2, () => `$c := genCAWithKey "ca" ${days} ${key}}}{{trunc 30 $c.Cert}}{{eq $c.Key ${key}`],
    [
      2,
      () =>
        `$c := genSelfSignedCertWithKey ${random.pick(['"n"', '""', '.u'])} ${random.pick(IPS)} ${random.pick(DNS)} ${days} ${key}}}{{trunc 30 $c.Cert`,
    ],
    [
      2,
      () =>
        `$ca := genCAWithKey "ca" 365 ${random.pick(KEYS)}}}{{$c := genSignedCertWithKey "n" ${random.pick(IPS)} ${random.pick(DNS)} ${days} $ca ${key}}}{{trunc 30 $c.Cert`,
    ],
    [
      1,
      () =>
        `$ca := genCAWithKey "ca" 365 ${random.pick(KEYS)}}}{{$c := buildCustomCert (b64enc $ca.Cert) (b64enc ${random.pick(['$ca.Key', key])})}}{{eq $c.Cert $ca.Cert`,
    ],
    [
      1,
      () =>
        `buildCustomCert ${random.pick(['"!"', '"AAAA"', '"LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCkFBQUEKLS0tLS1FTkQgQ0VSVElGSUNBVEUtLS0tLQo="'])} ${random.pick(['"!"', '"AAAA"'])}`,
    ],
    [
      0.03,
      () =>
        `$c := ${random.pick(['genCA "a" 1', 'genSelfSignedCert "a" (list "1.2.3.4") (list "b") 1', 'genSignedCert "a" nil nil 1 (genCAWithKey "ca" 365 ' + KEYS[1] + ')'])}}}{{trunc 30 $c.Cert`,
    ],
  ])()
  return `{{${text}}}`
}
