"""Queries made by chance: pipes of every tabular operator over small tables, with names that exist, names that do not, and
expressions of every type.
"""

import random

COLUMNS = {
    "a": "long", "b": "int", "c": "string", "d": "dynamic", "e": "datetime", "f": "real", "g": "timespan", "h": "bool",
    "count_": "long", "x1": "long", "x": "string", "u": "guid", "m": "decimal",
}
TABLES = {
    "T": ["a", "b", "c", "d", "e", "f", "g", "h"],
    "U": ["a", "c", "x", "x1", "count_"],
    "V": ["a:string", "c", "e", "m", "u"],
    "W": ["b:long", "c:dynamic", "d", "x", "f:long"],
}
VALUES = {
    "long": "1 a+1 b*2 strlen(c) toint(f) array_length(d) row_number() dcount_hll(d) -a a%2 tolong(d.n) bitset_count_ones(a)",
    "string": "c tostring(a) tostring(d.k) strcat(c,'x') tolower(c) 'lit' d.k substring(c,1) extract('(.)',1,c) split(c,',')[0] "
    "format_datetime(e,'y') iff(h,c,'') coalesce(c,'') case(h,c,a>1,'y','z') todynamic(c).k.j replace_string(c,'a','b') "
    "column_ifexists('c','') column_ifexists('nope','') parse_json(c)['p'] trim('x',c) toupper(d.k) bag_keys(d)[0]",
    "datetime": "e now() ago(1d) bin(e,1h) e-1d startofday(e) todatetime(c) datetime(2024-01-01) e+g make_datetime(2024,1,1) max_of(e,e)",
    "bool": "h a>1 c=='x' c has 'x' isempty(c) c in ('a','b') a between (1 .. 2) not(h) h and a>0 d.k=='x' isnotnull(d) c contains 'x' e>ago(1d) c has_any ('a')",
    "dynamic": "d d.k d['k'] d[0] d.k[1].j todynamic(c) split(c,',') parse_json(c) pack('k',a) bag_pack('k',c) dynamic([1,2]) pack_array(a,c) array_concat(d,d) make_list(a)",
    "real": "f f/2 a*1.5 todouble(c) round(f,1) sqrt(a) a/b toreal(d.k) pow(a,2)",
    "timespan": "g e-e 1d e-now() totimespan(c) bin(g,1m) g*2",
}
AGGREGATES = (
    "count() countif(h) dcount(c) dcountif(c,h) sum(a) sum(f) sum(g) avg(a) avg(b) avg(g) min(e) max(e) min(c) max(b) arg_max(e,*) arg_min(a,c,d) "
    "make_set(c) make_list(a) make_set(d.k) make_bag(d) make_list_if(c,h) percentile(a,95) percentiles(f,5,50,99.9) stdev(a) variance(b) "
    "take_any(c) take_any(*) take_any(a,c) any(c) sumif(a,h) max(a)-min(a) count()*2 round(avg(f),1) tostring(make_set(c)) strcat_array(make_list(c),',') "
    "arg_max(a,x=c) hll(c) tdigest(a) buildschema(d) binary_all_or(a) dcount(c,2) make_set(tostring(d.k),10) arg_max(e,d.k) percentilew(a,b,50) "
    "min(e)+1d toscalar(T|count) sum(a)/count() arg_max(e,c,*) array_length(make_set(c)) any(*) maxif(a,h) make_list(pack('a',a)) bin(max(e),1d) avgif(a,h)"
).split(" ")
PLUGINS = (
    "bag_unpack(d)", "bag_unpack(d,'p_')", "pivot(c)", "pivot(c,sum(a))", "pivot(c,count(),a)", "narrow()", "autocluster()", "basket()",
    "ipv4_lookup(U,c,x)", "dcount_intersect(d,d)", "preview(3)", "bag_unpack(nope)", "nosuch(d)", "identity()", "bag_unpack(d):(k:string,n:long)",
    "session_count(e,a,ago(1d),now(),1h,1d)", "active_users_count(a,e,ago(1d),now(),1d,1d,2)", "rolling_percentile(a,50,e,1d,2)", "row_window_session(e,1d,1h)",
    "funnel_sequence(a,e,ago(1d),now(),1h,1d,c,dynamic(['x']))", "activity_counts_metrics(a,e,ago(1d),now(),1d)", "sliding_window_counts(a,e,ago(1d),now(),1d,1d)",
    "activity_metrics(a,e,ago(1d),now(),1d)", "new_activity_metrics(a,e,ago(1d),now(),1d)", "diffpatterns(c,'x','y')", "schema_merge()",
)


class Maker:
    """Makes queries; the same seed makes the same ones."""

    def __init__(self, seed: int):
        self.chance = random.Random(seed)
        self.number = 0

    def one(self, *of):
        return self.chance.choice(of)

    def fresh(self) -> str:
        self.number += 1
        return self.one(f"n{self.number}", "a", "c", "Column1", "d_k", "count_", "e", "x")

    def value(self, of: str = "") -> str:
        of = of or self.chance.choice(list(VALUES))
        if self.chance.random() < 0.03:
            return "nope"
        return self.chance.choice(VALUES[of].split(" ")).replace("~", " ") if of != "bool" else self.one(*self.bools())

    @staticmethod
    def bools() -> list[str]:
        return ["h", "a > 1", "c == 'x'", "c has 'x'", "isempty(c)", "c in ('a','b')", "a between (1 .. 2)", "not(h)", "h and a > 0",
                "d.k == 'x'", "isnotnull(d)", "c contains 'x'", "e > ago(1d)", "c has_any ('a')", "a in ((U | project a))", "c !in (U)", "e between (ago(1d) .. 1d)"]

    def name(self) -> str:
        return self.one(*COLUMNS, *TABLES["T"], *TABLES["T"])

    def item(self) -> str:
        value = self.value()
        return self.one(value, f"{self.fresh()} = {value}", self.name(), f"{self.fresh()} = {self.name()}")

    def items(self, most: int = 4) -> str:
        return ", ".join(self.item() for _ in range(self.chance.randint(1, most)))

    def names(self, most: int = 3) -> str:
        return ", ".join(self.name() for _ in range(self.chance.randint(1, most)))

    def aggregates(self, most: int = 3) -> str:
        of = lambda: self.one(*AGGREGATES)
        return ", ".join(self.one(of(), of(), f"{self.fresh()} = {of()}", f"({self.fresh()}, n0) = {of()}") for _ in range(self.chance.randint(1, most)))

    def keys(self) -> str:
        key = lambda: self.one(self.name(), self.name(), "bin(e, 1d)", f"{self.fresh()} = {self.value()}", "tostring(d.k)", "tolower(c)")
        return ", ".join(key() for _ in range(self.chance.randint(1, 3)))

    def table(self) -> str:
        return self.one(*TABLES, "(U | project a, c)", "(V | extend q = 1)", "(T | where h)", "(U | summarize count() by a)")

    def on(self) -> str:
        return self.one("a", "c", "a, c", "$left.a == $right.a", "$left.c == $right.x", "$left.a == $right.a, c", "$right.a == $left.a", "nope", "x",
                        "$left.c == $right.c and $left.a == $right.a", "$left.b == $right.a", "$left.a == 1")

    def join(self) -> str:
        kind = self.one("", "kind=inner ", "kind=leftouter ", "kind=leftanti ", "kind=rightsemi ", "kind=fullouter ", "kind=leftsemi ", "kind=rightanti ", "kind=rightouter ", "kind=innerunique ")
        return f"join {kind}{self.one(*TABLES, '(U | project a, c)', '(T)', '(U | summarize count() by a)')} on {self.on()}"

    def stage(self) -> str:
        make = self.one(
            lambda: f"where {self.value('bool')}",
            lambda: f"extend {self.items()}", lambda: f"extend {self.items()}", lambda: f"project {self.items()}", lambda: f"project {self.items()}",
            lambda: f"project-away {self.one(self.names(), 'a*', '*_', 'd, n*', 'nope*')}",
            lambda: f"project-keep {self.one(self.names(), 'a*', 'c, *1')}",
            lambda: f"project-rename {self.fresh()} = {self.name()}",
            lambda: f"project-reorder {self.one(self.names(), '*', 'c, *', 'x* asc', 'e, a* desc', '* granny-asc')}",
            lambda: f"summarize {self.aggregates()}", lambda: f"summarize {self.aggregates()} by {self.keys()}", lambda: f"summarize {self.aggregates()} by {self.keys()}",
            lambda: f"summarize by {self.keys()}", lambda: f"distinct {self.one(self.names(), '*', 'tostring(d.k)', 'd')}",
            lambda: "count", lambda: "count as total", lambda: f"take {self.one('5', chr(39) + 'x' + chr(39))}",
            lambda: f"top 3 by {self.value()} {self.one('', 'asc', 'desc nulls first')}", lambda: f"sort by {self.name()} {self.one('', 'asc')}, {self.value()}",
            self.join, self.join, lambda: f"lookup {self.one('', 'kind=inner ')}{self.one(*TABLES)} on {self.on()}",
            lambda: f"union {self.one('', 'withsource=src ', 'isfuzzy=true ', 'kind=outer withsource=a ')}{', '.join(self.table() for _ in range(self.chance.randint(1, 2)))}",
            lambda: f"mv-expand {self.one('d', 'd.k', 'z = d', 'd to typeof(long)', 'c', 'd, q = todynamic(c)', 'with_itemindex=i d', 'd = d.k', 'bagexpansion=array d', 'kind=bag z = d.k to typeof(string)', 'split(c, 1)', 'parse_json(c)')}",
            lambda: f"mv-apply {self.one('d', 'z = d', 'd to typeof(string)', 'z = d.k to typeof(long)', 'with_itemindex=i z = d')} on ({self.one('where isnotnull(d)', 'project a', 'summarize n = count()', 'summarize make_list(d)', 'take 1', 'extend k = 1', 'top 1 by a', 'summarize s = sum(tolong(z))')})",
            lambda: f"parse {self.one('', 'kind=regex ', 'kind=relaxed ')}{self.one('c', 'tostring(d)', 'a', 'd')} with {self.one('* p1 * ', '', '* ')}'x' {self.one('p2:long', 'c', 'a:string', 'n1 ' + chr(39) + 'y' + chr(39) + ' n2:datetime')} {self.one('*', '')}",
            lambda: f"parse-where c with 'x' {self.one('p2:long', 'c:int', 'q')}",
            lambda: f"parse-kv c as ({self.one('k1:string, k2:long', 'a:string', 'c')})",
            lambda: f"make-series {self.one('count()', 'n = sum(a) default=0', 'avg(f), dcount(c)', 'max(e)')} on {self.one('e', 'a', 't = e')} {self.one('from ago(1d) to now() ', '')}step {self.one('1h', '1')} {self.one('', 'by c', 'by c, tostring(d.k)', 'by n = a')}",
            lambda: f"evaluate {self.one(*PLUGINS)}",
            lambda: f"top-nested {self.one('3 of c by count()', '2 of c by sum(a), top-nested 1 of b by max(e)', 'of tostring(d.k) by n = count()', '2 of x = c with others = 1 by y = avg(a) desc')}",
            lambda: f"top-hitters 2 of {self.one('c', 'a', 'tostring(d.k)')} {self.one('', 'by a', 'by f')}",
            lambda: f"sample-distinct 3 of {self.one('c', 'a', 'tolower(c)')}", lambda: "sample 3", lambda: "getschema", lambda: f"as {self.one('Z', 'hint.materialized=true Z')}",
            lambda: f"serialize {self.one('rn = row_number()', 'p = prev(a)', 'row_cumsum(a)', 'next(e, 1), s = row_rank_dense(a)', 'row_window_session(e, 1d, 1h, true)')}",
            lambda: f"partition {self.one('', 'hint.strategy=native ')}by {self.one('c', 'a')} ({self.one('top 1 by a', 'summarize count()', 'extend q = 1', 'where nope == 1')})",
            lambda: f"scan {self.one('', 'declare (s:long = 0, q:string) ')}with (step s1: a > 1; step s2: {self.one('c == ' + chr(39) + 'x' + chr(39) + ';', 's1.a > a;', 'h => s = s + 1;', 'h => q = s1.c;')})",
            lambda: f"reduce by {self.one('c', 'a')}", lambda: f"render {self.one('timechart', 'table')}", lambda: "invoke F()", lambda: "invoke G(1)", lambda: "invoke G()",
            lambda: f"search {self.one(chr(39) + 'x' + chr(39), 'c:' + chr(39) + 'x' + chr(39), 'a == 1', 'in (T, U) ' + chr(39) + 'x' + chr(39))}",
            lambda: f"extend ({self.fresh()}, n9) = series_fit_line(d)", lambda: f"project ({self.fresh()}, y) = {self.one('series_stats(d)', 'bag_keys(d)', 'series_decompose(d)')}",
            lambda: "assert-schema (a:long)", lambda: "extend d.k", lambda: "project d.k, d.k.j, d['q'], d[0], d[c]",
        )
        return make()

    def source(self) -> str:
        return self.one(
            "T", "T", "T", "U", "V", "W", "union T, U", "union withsource=w T, V", "union T, V, W", "union T, U, nosuch", "union isfuzzy=true T, nosuch",
            "print a = 1, c = 'x', d = dynamic({}), e = now(), h = true", "range a from 1 to 5 step 1", "range e from ago(1d) to now() step 1h", "F(T)", "H(3)", "H()", "K", "K()",
            "find in (T, U) where a > 1", "find in (T, U) where c has 'x' project a, c", "find in (T, V) where c == 'x'", "find withsource=s in (T) where h", "search in (T, U) 'x'", "search in (T) a == 1",
            "externaldata (a:long, c:string) ['https://x'] with (format='csv')", "(T | where h)", "materialize(T)", "T | as R | union R", "view_a", "print toscalar(T | summarize max(a)), 1",
            "let q = T | where h; q", "let q = (z:long) { T | extend a = z }; q(1)", "let q = (z:long, y:string = 'k') { strcat(z, y) }; T | extend r = q(a), q(1, 'b')", "let q = materialize(T | summarize count() by c); q | join q on c",
            "table('T')", "nosuch", "union (T | project a), (U | project a, x)", "arg_max(a, c)",
        )

    def query(self) -> str:
        head = "".join(f"let {name} = datatable({', '.join(of if ':' in of else f'{of}:{COLUMNS[of]}' for of in columns)})[]; " for name, columns in TABLES.items())
        head += "let F = (S:(a:long)) { S | extend fa = a + 1 }; let G = (S:(*), k:long) { S | extend gk = k }; let H = (k:long = 2) { T | where a > k | project a, hk = k }; let K = () { U }; let view_a = view () { T | take 1 }; "
        return head + " | ".join([self.source(), *(self.stage() for _ in range(self.chance.randint(0, 3)))])
