// Builds the files a page loads into the ui room's static folder. Django gives them their hashed names.
import { build } from 'esbuild'
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const here = (path) => fileURLToPath(new URL(path, import.meta.url))
const out = here('../src/kiun/ui/static/kiun/build/')
const fonts = here('node_modules/@fontsource-variable/noto-sans-jp/')

rmSync(out, { recursive: true, force: true })
mkdirSync(`${out}fonts`, { recursive: true })

// A phone loads only the subsets whose characters the page holds; woff2 alone, every browser of today reads it.
const faces = readFileSync(`${fonts}index.css`, 'utf8')
writeFileSync(`${out}fonts.css`, faces.replaceAll('url(./files/', 'url(fonts/').replace(/\/\*.*?\*\/\n?/g, '').replace(/\n\s*/g, ''))
cpSync(`${fonts}files/`, `${out}fonts/`, { recursive: true, filter: (file) => !file.endsWith('.woff') })

const tailwind = here('node_modules/@tailwindcss/cli/dist/index.mjs')
execFileSync(process.execPath, [tailwind, '-i', here('src/kiun.css'), '-o', `${out}kiun.css`, '--minify'], {
  cwd: here('.'),
  stdio: 'inherit',
})

const common = { bundle: true, minify: true, target: 'es2020', legalComments: 'none', logLevel: 'warning' }
await build({ ...common, entryPoints: [here('src/kiun.js')], outfile: `${out}kiun.js`, format: 'iife' })
// All that the pages load on which residents and staff answer a survey.
await build({ ...common, entryPoints: [here('src/answering.js')], outfile: `${out}answering.js`, format: 'iife' })
// Only pages with a chart load this one.
await build({ ...common, entryPoints: [here('src/charts.js')], outfile: `${out}charts.js`, format: 'esm' })

// What is served carries its licences with it.
const parts = [
  '@digital-go-jp/tailwind-theme-plugin',
  'tailwindcss',
  '@fontsource-variable/noto-sans-jp',
  'htmx.org',
  'idiomorph',
  'echarts',
  'zrender',
]
const texts = parts.map((part) => `${part}\n\n${readFileSync(here(`node_modules/${part}/LICENSE`), 'utf8')}`)
writeFileSync(`${out}licences.txt`, `${readFileSync(here('NOTICE'), 'utf8')}\n${texts.join(`\n${'='.repeat(80)}\n\n`)}`)
