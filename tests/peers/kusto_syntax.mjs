// Microsoft's KQL parser as a filter: reads NDJSON {id, query}, writes NDJSON {id, syntax: [{code, start, length,
// message}]} with the syntax diagnostics only; offsets count UTF-16 units. Where the parser itself fails the line is {id,
// error}. Run `npm ci` in this folder first.
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const require = createRequire(import.meta.url);
require('@kusto/language-service-next/bridge.min.js');
require('@kusto/language-service-next/Kusto.Language.Bridge.min.js');

function syntax(query) {
  const found = Kusto.Language.KustoCode.Parse(query).GetSyntaxDiagnostics();
  const diagnostics = [];
  for (let index = 0; index < found.Count; index += 1) {
    const { Code: code, Start: start, Length: length, Message: message } = found.getItem(index);
    diagnostics.push({ code, start, length, message });
  }
  return diagnostics;
}

for await (const line of createInterface({ input: process.stdin })) {
  if (line.trim() === '') continue;
  const { id, query } = JSON.parse(line);
  let answer;
  try {
    answer = { id, syntax: syntax(query) };
  } catch (error) {
    answer = { id, error: String(error) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
