/*
 * What every `npm run` command of this repository begins with. Plain CommonJS without dependencies, for any Node.js from 18 on:
 * it installs what the lockfile names when that is not installed yet, then runs the program with the Node.js that the project wants.
 * Nothing here writes to stdout: that belongs to the program.
 */
'use strict'

const { spawn } = require('node:child_process')
const { createHash } = require('node:crypto')
const fs = require('node:fs')
const path = require('node:path')

const ROOT = path.resolve(__dirname, '..')
const STAMP = path.join(ROOT, 'node_modules', '.handrail-stamp')
const INSTALL_LOCK = path.join(ROOT, '.handrail', 'install.lock')
const PROJECT_NODE = path.join(ROOT, 'node_modules', '.bin', 'node')

/** Program and Node.js options of each command. */
const PROGRAMS = {
  start: { file: 'infra/local/src/main.ts', env: true },
  dev: { file: 'infra/local/src/main.ts', env: true, options: ['--watch', '--watch-preserve-output'] },
  demo: { file: 'infra/local/src/demo/main.ts', env: true },
  token: { file: 'infra/local/src/token.ts', env: true },
  admin: { file: 'infra/local/src/admin/main.ts', env: true },
  'audit:verify': { file: 'infra/local/src/audit-verify.ts', env: true },
  screenshots: { file: 'infra/local/src/screenshots/main.ts', env: true },
  seed: { file: 'bench/src/seed.ts', env: true },
  test: { file: 'scripts/test.ts' },
  check: { file: 'scripts/check.ts' },
  docs: { file: 'scripts/docs.ts' },
  bench: { file: 'bench/src/main.ts' },
  profiles: { file: 'fhir-profiles/src/build.ts' },
}

function fail(sentence) {
  process.stderr.write(`${sentence}\n`)
  process.exit(1)
}

// ---------------------------------------------------------------- installing

function stampWanted() {
  const lockfile = fs.readFileSync(path.join(ROOT, 'package-lock.json'))
  return createHash('sha256').update(lockfile).update(`${process.platform} ${process.arch}`).digest('hex')
}

function readText(file) {
  try {
    return fs.readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

/** True when npm's own record of node_modules says the same as the lockfile: somebody ran `npm ci` or `npm install` by hand. */
function installedByHand() {
  const record = readText(path.join(ROOT, 'node_modules', '.package-lock.json'))
  if (record === undefined) return false
  const installed = JSON.parse(record).packages
  const wanted = JSON.parse(fs.readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8')).packages
  return Object.entries(wanted).every(([place, entry]) => {
    if (place === '') return true
    const found = installed[place]
    if (found === undefined) return entry.optional === true || entry.devOptional === true || entry.peer === true
    return found.version === entry.version && found.integrity === entry.integrity
  })
}

function alive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/** One installation at a time; a second command waits for the first one's. */
async function lockInstallation() {
  fs.mkdirSync(path.dirname(INSTALL_LOCK), { recursive: true })
  for (let told = false; ;) {
    try {
      fs.writeFileSync(INSTALL_LOCK, String(process.pid), { flag: 'wx' })
      return
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    const holder = Number(readText(INSTALL_LOCK))
    if (holder > 0 && !alive(holder)) fs.rmSync(INSTALL_LOCK, { force: true })
    if (!told) process.stderr.write('Waiting for another command that is installing the dependencies …\n')
    told = true
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
}

async function install() {
  const wanted = stampWanted()
  if (readText(STAMP) === wanted) return
  await lockInstallation()
  try {
    if (readText(STAMP) === wanted) return
    if (!installedByHand()) {
      process.stderr.write('Installing the dependencies named in package-lock.json; this takes about a minute, once …\n')
      const code = await npmCi()
      if (code !== 0) fail(`The dependencies could not be installed: "npm ci" ended with ${code}; see its messages above, then try again.`)
      process.stderr.write('The dependencies are installed.\n')
    }
    fs.writeFileSync(STAMP, wanted)
  } finally {
    fs.rmSync(INSTALL_LOCK, { force: true })
  }
}

function npmCi() {
  // npm's own Node.js, not the one in node_modules: `npm ci` removes that one first.
  const npm = process.env.npm_execpath
  const node = process.env.npm_node_execpath || process.execPath
  const [command, args] = npm && /\.[cm]?js$/.test(npm) ? [node, [npm, 'ci']] : ['npm', ['ci']]
  return run(command, args, { stdio: ['ignore', 2, 2] })
}

// ------------------------------------------------------------------- running

/**
 * Runs a command until it ends, passing SIGTERM, SIGINT and SIGHUP on to it. Ctrl-C reaches the whole group, so the program
 * may hear it twice and takes the first only. When npm is gone without a word (SIGKILL), the program is told to stop.
 */
function run(command, args, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: ROOT, ...options })
    const forward = (signal) => child.kill(signal)
    const signals = ['SIGTERM', 'SIGINT', 'SIGHUP']
    for (const signal of signals) process.on(signal, forward)

    const parent = process.ppid
    const underNpm = process.env.npm_lifecycle_event !== undefined
    const watch = setInterval(() => {
      if (underNpm && process.ppid !== parent) child.kill('SIGTERM')
    }, 250)

    const ended = () => {
      clearInterval(watch)
      for (const signal of signals) process.off(signal, forward)
    }
    child.on('error', (error) => {
      ended()
      reject(error)
    })
    child.on('exit', (code, signal) => {
      ended()
      resolve(code ?? 128 + require('node:os').constants.signals[signal])
    })
  })
}

function recentEnough() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  return major > 24 || (major === 24 && minor >= 12)
}

async function main() {
  const [command, ...rest] = process.argv.slice(2)
  const program = PROGRAMS[command]
  if (program === undefined) fail(`There is no command "${command}"; the commands are ${Object.keys(PROGRAMS).join(', ')}.`)

  await install()
  if (!fs.existsSync(path.join(ROOT, program.file))) fail(`This version has no "${command}": ${program.file} is missing.`)

  const options = [
    ...(program.options ?? []),
    ...(program.env && fs.existsSync(path.join(ROOT, '.env')) ? [`--env-file=${path.join(ROOT, '.env')}`] : []),
  ]
  const environment = {
    ...process.env,
    PATH: [path.join(ROOT, 'node_modules', '.bin'), process.env.PATH].join(path.delimiter),
    HANDRAIL_LAUNCHER_PID: String(process.pid),
    // Compiled code is kept: a start takes a third of the time of the first.
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? path.join(ROOT, 'node_modules', '.cache', 'node'),
  }
  const args = [...options, path.join(ROOT, program.file), ...rest]

  // The second is the machine's own, for systems that the project's Node.js package has no build for.
  const candidates = [PROJECT_NODE, ...(recentEnough() ? [process.execPath] : [])].filter((file) => fs.existsSync(file))
  for (const node of candidates) {
    try {
      process.exit(await run(node, args, { stdio: 'inherit', env: environment, cwd: process.cwd() }))
    } catch (error) {
      if (error.code !== 'ENOENT' && error.code !== 'EACCES') throw error
    }
  }
  fail(
    `Handrail needs Node.js 24.12 or later; this is ${process.version}, and its package for ${process.platform} could not be used: install Node.js 24.`,
  )
}

main().catch((error) => fail(`The command could not be started: ${error.message}`))
