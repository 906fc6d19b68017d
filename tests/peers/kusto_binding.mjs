// Microsoft's KQL binder as a filter: reads NDJSON {id, query}, writes NDJSON {id, syntax, diagnostics: [{code, start,
// length, message}], columns: [[name, type]], open}: how many syntax errors, the semantic ones, columns null where the last statement gives no table; offsets count UTF-16 units.
// Where the binder itself fails the line is {id, error}. Run `npm ci` in this folder first.
//
// usage: node kusto_binding.mjs SCHEMA.json      ({tables: {name: {columns: {name: type}, open}}, functions: {name: {columns, open, params: [[name, type, optional]]}}})
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const require = createRequire(import.meta.url);
require('@kusto/language-service-next/bridge.min.js');
require('@kusto/language-service-next/Kusto.Language.Bridge.min.js');

const { Symbols, GlobalState, KustoCode } = Kusto.Language;
const { ScalarTypes, ArgumentKind } = Symbols;

const type = (name) => ScalarTypes.GetSymbol(name) ?? ScalarTypes.Unknown;
const column = ([name, of]) => new Symbols.ColumnSymbol(name, type(of), null, null, null, null);
const columns = (of) => System.Array.init(Object.entries(of).map(column), Symbols.ColumnSymbol);

function table(name, { columns: of, open }) {
  return new Symbols.TableSymbol.$ctor4(name, columns(of)).WithIsOpen(open === true);
}

function parameter([name, of, optional]) {
  const kind = type(of);
  return new Symbols.Parameter.$ctor3(name, kind, ArgumentKind.Expression, null, null, true, null, optional ? 0 : 1, 1, null, null);
}

function workspaceFunction(name, of) {
  const result = new Symbols.TableSymbol.ctor(columns(of.columns)).WithIsOpen(of.open === true);
  const parameters = System.Array.init(of.params.map(parameter), Symbols.Parameter);
  return new Symbols.FunctionSymbol.$ctor5(name, result, parameters);
}

const schema = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const members = [
  ...Object.entries(schema.tables).map(([name, of]) => table(name, of)),
  ...Object.entries(schema.functions).map(([name, of]) => workspaceFunction(name, of)),
];
const database = new Symbols.DatabaseSymbol.ctor('db', System.Array.init(members, Symbols.Symbol));
const globals = GlobalState.Default.WithDatabase(database);

function errors(found) {
  const listed = [];
  for (let index = 0; index < found.Count; index += 1) {
    const { Code: code, Start: start, Length: length, Severity: severity, Message: message } = found.getItem(index);
    if (severity === 'Error') listed.push({ code, start, length, message });
  }
  return listed;
}

function bound(query) {
  const code = KustoCode.ParseAndAnalyze(query, globals);
  const syntax = errors(code.GetSyntaxDiagnostics());
  const isSyntax = (one) => syntax.some((other) => one.code === other.code && one.start === other.start);
  const diagnostics = errors(code.GetDiagnostics()).filter((one) => !isSyntax(one));
  const { ResultType: result } = code;
  const isTable = Bridge.is(result, Symbols.TableSymbol);
  const ofColumn = (each) => [each.Name, each.Type.Name];
  const given = isTable ? System.Linq.Enumerable.from(result.Columns, Symbols.ColumnSymbol).ToArray(Symbols.ColumnSymbol).map(ofColumn) : null;
  return { syntax: syntax.length, diagnostics, columns: given, open: isTable && result.IsOpen };
}

for await (const line of createInterface({ input: process.stdin })) {
  if (line.trim() === '') continue;
  const { id, query } = JSON.parse(line);
  let answer;
  try {
    answer = { id, ...bound(query) };
  } catch (error) {
    answer = { id, error: String(error) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
