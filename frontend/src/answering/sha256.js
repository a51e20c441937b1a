// The first 32 bits of SHA-256 of a short ASCII text (55 letters at most: one block). The browser's own function is
// missing where a town hall serves plain http, and is slower for many short texts.
const fraction = (number) => ((number - Math.floor(number)) * 2 ** 32) | 0
const isPrime = (number) => ![...Array(number).keys()].some((divisor) => divisor > 1 && number % divisor === 0)
const primes = [...Array(312).keys()].filter((number) => number > 1 && isPrime(number))
const START = primes.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)))
const ROUNDS = Int32Array.from(primes.slice(0, 64), (prime) => fraction(Math.cbrt(prime)))
const words = new Int32Array(64)

export function firstWord(text) {
  fill(text)
  let [a, b, c, d, e, f, g, h] = START
  for (let at = 0; at < 64; at += 1) {
    const big = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7))
    const one = (h + big + ((e & f) ^ (~e & g)) + ROUNDS[at] + words[at]) | 0
    const small = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10))
    const two = (small + ((a & b) ^ (a & c) ^ (b & c))) | 0
    h = g
    g = f
    f = e
    e = (d + one) | 0
    d = c
    c = b
    b = a
    a = (one + two) | 0
  }
  return (START[0] + a) | 0
}

function fill(text) {
  words.fill(0, 0, 16)
  for (let at = 0; at < text.length; at += 1) words[at >> 2] |= text.charCodeAt(at) << (24 - 8 * (at & 3))
  words[text.length >> 2] |= 0x80 << (24 - 8 * (text.length & 3))
  words[15] = text.length * 8
  for (let at = 16; at < 64; at += 1) {
    const x = words[at - 15]
    const y = words[at - 2]
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3)
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10)
    words[at] = (words[at - 16] + s0 + words[at - 7] + s1) | 0
  }
}
