// What Microsoft's parser makes of formatted queries: lays every query out that the parser accepts, and compares before
// and after: no syntax diagnostic, the same tokens, the same syntax tree. Run `npm ci` in this folder first.
//
// usage: node kusto_layout.mjs SENTINELC FILE.kql|FILE.jsonl…      (NDJSON: {id, query})
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const require = createRequire(import.meta.url);
require('@kusto/language-service-next/bridge.min.js');
require('@kusto/language-service-next/Kusto.Language.Bridge.min.js');

const [sentinelc, ...paths] = process.argv.slice(2);

function queries(path) {
  const text = readFileSync(path, 'utf8').replace(/^\ufeff/, '');
  if (!path.endsWith('.jsonl')) return [{ id: path, query: text }];
  return text.split('\n').filter(Boolean).map((line) => JSON.parse(line));
}

// Every node and token of the tree in order: its kind, and its text if it is a token. Null where the parser has a
// complaint, or fails.
function shape(query) {
  let code;
  try {
    code = Kusto.Language.KustoCode.Parse(query);
    if (code.GetSyntaxDiagnostics().Count > 0) return null;
  } catch {
    return null;
  }
  const found = [];
  const open = [code.Syntax];
  while (open.length > 0) {
    const element = open.pop();
    if (!element) continue;
    found.push(element.IsToken ? `${element.Kind} ${element.Text}` : String(element.Kind));
    for (let index = element.ChildCount - 1; index >= 0; index -= 1) open.push(element.GetChild(index));
  }
  return found.join('\n');
}

const accepted = [];
for (const { id, query } of paths.flatMap(queries)) {
  const before = shape(query);
  if (before !== null) accepted.push({ id, query, before });
}

const folder = mkdtempSync(join(tmpdir(), 'layout-'));
try {
  accepted.forEach(({ query }, index) => writeFileSync(join(folder, `${index}.kql`), query));
  execFileSync(sentinelc, ['fmt', '--isolated', folder], { stdio: ['ignore', 'ignore', 'pipe'] });
  let wrong = 0;
  let changed = 0;
  accepted.forEach(({ id, query, before }, index) => {
    const formatted = readFileSync(join(folder, `${index}.kql`), 'utf8');
    changed += formatted === query ? 0 : 1;
    const after = shape(formatted);
    if (after === before) return;
    wrong += 1;
    process.stdout.write(`${id}: ${after === null ? 'is not accepted any more' : 'is another tree'}\n`);
  });
  process.stdout.write(`${accepted.length} queries, ${changed} laid out anew, ${wrong} not the same to Microsoft's parser\n`);
  process.exitCode = wrong > 0 || accepted.length === 0 ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
