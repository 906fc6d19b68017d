//! The words the language knows: a perfect-hash-like table from bytes to [`Keyword`], and where each may be a name.
//!
//! The words and the places where they may stand as names are those of Microsoft's own parser
//! (`@kusto/language-service-next`); upper and lower case differ, as there.

/// Where a word of the language may stand as a name without brackets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameUse {
    /// Anywhere: `count`, `range`, `id`.
    Name,
    /// Only where a name is given, left of `=` and `:`: `title = x`, `where:string`.
    NewName,
    /// Nowhere.
    Reserved,
}

macro_rules! keywords {
    ($($variant:ident => $text:literal $use:ident),* $(,)?) => {
        /// A word of the language.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Keyword {
            $(#[doc = concat!("`", $text, "`")] $variant),*
        }

        impl Keyword {
            /// Every word.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The word as written.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),* }
            }

            /// Where the word may be a name.
            pub const fn name_use(self) -> NameUse {
                match self { $(Self::$variant => NameUse::$use),* }
            }
        }
    };
}

keywords! {
    InternalCrossCluster => "__crossCluster" Reserved, InternalCrossDB => "__crossDB" Reserved,
    InternalId => "__id" Reserved, InternalIsFuzzy => "__isFuzzy" Reserved,
    InternalNoWithSource => "__noWithSource" Reserved, InternalPackedColumn => "__packedColumn" Reserved,
    InternalSourceColumnIndex => "__sourceColumnIndex" Reserved, Chart3d => "3Dchart" Reserved,
    Access => "access" Name, Accumulate => "accumulate" NewName, Alias => "alias" Name, And => "and" Reserved,
    Anomalychart => "anomalychart" Reserved, Areachart => "areachart" Reserved, As => "as" NewName,
    Asc => "asc" Reserved, AssertSchema => "assert-schema" Reserved, Bagexpansion => "bagexpansion" Reserved,
    Barchart => "barchart" Reserved, Between => "between" Reserved, Bin => "bin" Name,
    BinLegacy => "bin_legacy" Reserved, By => "by" NewName, Cachingpolicy => "cachingpolicy" Reserved,
    Callout => "callout" Reserved, Cancel => "cancel" Reserved, Card => "card" Reserved,
    Columnchart => "columnchart" Reserved, CommandsAndQueries => "commands-and-queries" Reserved,
    Consume => "consume" Name, Contains => "contains" NewName, Containscs => "containscs" Reserved,
    ContainsCs => "contains_cs" Reserved, InternalContextualDatatable => "__contextual_datatable" Reserved,
    Count => "count" Name, Cycles => "cycles" Reserved, Database => "database" Name,
    Dataexport => "dataexport" Reserved, Datascope => "datascope" Reserved, Datatable => "datatable" NewName,
    Declare => "declare" Name, Decodeblocks => "decodeblocks" Reserved, Default => "default" Name,
    Desc => "desc" Reserved, Distinct => "distinct" Name, Earliest => "earliest" NewName,
    Encodingpolicy => "encodingpolicy" Reserved, Endswith => "endswith" Reserved,
    EndswithCs => "endswith_cs" Reserved, EntityGroup => "entity_group" Name, Evaluate => "evaluate" Name,
    InternalExecuteAndCache => "__executeAndCache" Reserved, Expandoutput => "expandoutput" Reserved,
    Extend => "extend" Name, ExtentTagsRetention => "extent_tags_retention" Reserved,
    Externaldata => "externaldata" NewName, ExternalData => "external_data" Reserved,
    Dataformat => "dataformat" Name, InlineExternalTable => "inline_external_table" Name,
    DatetimePattern => "datetime_pattern" Name, Facet => "facet" Name, Filter => "filter" Name,
    Find => "find" NewName, First => "first" Reserved, Flags => "flags" Reserved, Fork => "fork" Name,
    From => "from" Name, Getschema => "getschema" Name, GrannyAsc => "granny-asc" Reserved,
    GrannyDesc => "granny-desc" Reserved, GraphMatch => "graph-match" Reserved,
    GraphShortestPaths => "graph-shortest-paths" Reserved, GraphToTable => "graph-to-table" Reserved,
    Edges => "edges" Name, Harddelete => "harddelete" Reserved, Hardretention => "hardretention" Reserved,
    Has => "has" NewName, HasAny => "has_any" Reserved, HasAll => "has_all" Reserved, HasCs => "has_cs" Reserved,
    Hasprefix => "hasprefix" Reserved, HasprefixCs => "hasprefix_cs" Reserved, Hassuffix => "hassuffix" Reserved,
    HassuffixCs => "hassuffix_cs" Reserved, HintConcurrency => "hint.concurrency" Reserved,
    HintDistribution => "hint.distribution" Reserved, HintMaterialized => "hint.materialized" Reserved,
    HintNumPartitions => "hint.num_partitions" Reserved, HintShufflekey => "hint.shufflekey" Reserved,
    HintSpread => "hint.spread" Reserved, HintRemote => "hint.remote" Reserved,
    HintStrategy => "hint.strategy" Reserved, HintProgressiveTop => "hint.progressive_top" Reserved,
    Hotcache => "hotcache" Reserved, Id => "id" Name, In => "in" NewName, InTilde => "in~" Reserved,
    Invoke => "invoke" NewName, Isfuzzy => "isfuzzy" Reserved, BestEffort => "best_effort" Name,
    ForceRemote => "force_remote" Reserved, Join => "join" Name, Journal => "journal" Reserved,
    Kind => "kind" Reserved, Ladderchart => "ladderchart" Reserved, Last => "last" Reserved,
    Latest => "latest" NewName, Let => "let" Name, Like => "like" Reserved, Likecs => "likecs" Reserved,
    Limit => "limit" Name, Linechart => "linechart" Reserved, Lookup => "lookup" Name,
    MacroExpand => "macro-expand" Reserved, MakeGraph => "make-graph" Reserved,
    GraphMarkComponents => "graph-mark-components" Reserved, GraphWhereNodes => "graph-where-nodes" Reserved,
    GraphWhereEdges => "graph-where-edges" Reserved, MakeSeries => "make-series" Reserved,
    MatchesRegex => "matches regex" Reserved, Materialize => "materialize" NewName,
    MaterializedViewCombine => "materialized-view-combine" Reserved,
    MaterializedViews => "materialized-views" Reserved, Mdm => "mdm" NewName, Missing => "missing" Reserved,
    Mvapply => "mvapply" Name, MvApply => "mv-apply" Reserved, MvExpand => "mv-expand" Reserved,
    Mvexpand => "mvexpand" Name, Nodes => "nodes" Name, Nooptimization => "nooptimization" Reserved,
    NotBetween => "!between" Reserved, Notcontains => "notcontains" Reserved,
    Notcontainscs => "notcontainscs" Reserved, NotContains => "!contains" Reserved,
    NotContainsCs => "!contains_cs" Reserved, NotEndswith => "!endswith" Reserved,
    NotEndswithCs => "!endswith_cs" Reserved, NotHas => "!has" Reserved, NotHasCs => "!has_cs" Reserved,
    NotHasprefix => "!hasprefix" Reserved, NotHasprefixCs => "!hasprefix_cs" Reserved,
    NotHassuffix => "!hassuffix" Reserved, NotHassuffixCs => "!hassuffix_cs" Reserved, NotIn => "!in" Reserved,
    NotInTilde => "!in~" Reserved, Notlike => "notlike" Reserved, Notlikecs => "notlikecs" Reserved,
    NotStartswith => "!startswith" Reserved, NotStartswithCs => "!startswith_cs" Reserved, Null => "null" Name,
    Nulls => "nulls" Name, Of => "of" NewName, On => "on" Name, Optional => "optional" Name, Or => "or" Reserved,
    Order => "order" Name, Others => "others" Reserved, Output => "output" Name, Pack => "pack" Name,
    Parse => "parse" Name, ParseWhere => "parse-where" Reserved, ParseKv => "parse-kv" Reserved,
    PartitionedBy => "partitioned-by" Reserved, InternalPartitionby => "__partitionby" Name,
    Partition => "partition" Name, Pathformat => "pathformat" Reserved, Pattern => "pattern" Name,
    Piechart => "piechart" Reserved, Pivotchart => "pivotchart" Reserved, Plotly => "plotly" Name,
    Graph => "graph" Name, Print => "print" NewName, Project => "project" Reserved,
    ProjectAway => "project-away" Reserved, ProjectByNames => "project-by-names" Reserved,
    InternalProjectAway => "__projectAway" Reserved, ProjectKeep => "project-keep" Reserved,
    ProjectRename => "project-rename" Reserved, ProjectReorder => "project-reorder" Reserved,
    ProjectSmart => "project-smart" Reserved, Queries => "queries" Reserved,
    QueryParameters => "query_parameters" Name, QueryResults => "query_results" Reserved, Range => "range" Name,
    Reduce => "reduce" Name, Regex => "regex" Name, Relaxed => "relaxed" Reserved, Render => "render" Name,
    RestrictedViewAccess => "restricted_view_access" Reserved, Restrict => "restrict" Name,
    RowLevelSecurity => "row_level_security" Reserved, Rowstore => "rowstore" Reserved,
    RowstoreReferences => "rowstore_references" Reserved, RowstoreSealinfo => "rowstore_sealinfo" Reserved,
    Rowstorepolicy => "rowstorepolicy" Reserved, Rowstores => "rowstores" Reserved, Sample => "sample" NewName,
    SampleDistinct => "sample-distinct" NewName, Scan => "scan" Name, Scatterchart => "scatterchart" Reserved,
    Seal => "seal" Reserved, Seals => "seals" Reserved, Search => "search" NewName,
    Serialize => "serialize" Name, Set => "set" NewName, SetOrAppend => "set-or-append" Reserved,
    SetOrReplace => "set-or-replace" Reserved, Shards => "shards" Reserved, Simple => "simple" Reserved,
    Softdelete => "softdelete" Reserved, Softretention => "softretention" Reserved, Sort => "sort" Name,
    Sql => "sql" NewName, Stackedareachart => "stackedareachart" Reserved, Startswith => "startswith" Reserved,
    StartswithCs => "startswith_cs" Reserved, Statistics => "statistics" Reserved, Step => "step" Name,
    Storedqueryresultcontainers => "storedqueryresultcontainers" Reserved, Summarize => "summarize" Name,
    Tablepurge => "tablepurge" Reserved, Take => "take" Name, Timechart => "timechart" Reserved,
    Timeline => "timeline" Reserved, Timepivot => "timepivot" Reserved, Title => "title" NewName,
    To => "to" NewName, Top => "top" Name, TopHitters => "top-hitters" NewName,
    TopNested => "top-nested" NewName, Toscalar => "toscalar" NewName, Totable => "totable" NewName,
    Treemap => "treemap" Reserved, Typeof => "typeof" Name, Union => "union" Reserved,
    Unrestrictedviewers => "unrestrictedviewers" Reserved, Uuid => "uuid" Name, Verbose => "verbose" NewName,
    Viewers => "viewers" NewName, View => "view" Name, Views => "views" Reserved, Where => "where" NewName,
    WithItemindex => "with_itemindex" Reserved, With => "with" Name, WithMatchId => "with_match_id" Reserved,
    WithSource => "with_source" Reserved, WithStepName => "with_step_name" Reserved,
    Withsource => "withsource" Reserved, WithNodeId => "with_node_id" Name,
    Writeaheadlog => "writeaheadlog" Reserved, Bool => "bool" Name, Boolean => "boolean" Reserved,
    Int8 => "int8" Reserved, Char => "char" Reserved, Uint8 => "uint8" Reserved, Byte => "byte" Reserved,
    Int16 => "int16" Reserved, Uint16 => "uint16" Reserved, Int => "int" Reserved, Int32 => "int32" Reserved,
    Uint => "uint" Reserved, Uint32 => "uint32" Reserved, Long => "long" Reserved, Int64 => "int64" Reserved,
    Ulong => "ulong" Reserved, Uint64 => "uint64" Reserved, Float => "float" Reserved, Real => "real" Reserved,
    Decimal => "decimal" Reserved, Double => "double" Reserved, String => "string" Reserved,
    Time => "time" Reserved, Timespan => "timespan" Reserved, Date => "date" Reserved,
    Datetime => "datetime" Reserved, Guid => "guid" Name, Uniqueid => "uniqueid" Reserved,
    Dynamic => "dynamic" Reserved,
}

const SLOTS: usize = 2048;
const EMPTY: u16 = u16::MAX;

/// Open addressing: the slot of a word, or a later one when that is taken, holds its index in [`Keyword::ALL`].
static TABLE: [u16; SLOTS] = table();

const fn table() -> [u16; SLOTS] {
    let mut table = [EMPTY; SLOTS];
    let mut index: u16 = 0;
    while (index as usize) < Keyword::ALL.len() {
        let mut slot = slot(Keyword::ALL[index as usize].as_str().as_bytes());
        while table[slot] != EMPTY {
            slot = (slot + 1) % SLOTS;
        }
        table[slot] = index;
        index += 1;
    }
    table
}

/// Mixes the length with three bytes; `word` is not empty.
const fn slot(word: &[u8]) -> usize {
    let (first, middle, last) = (word[0] as usize, word[word.len() / 2] as usize, word[word.len() - 1] as usize);
    (word.len() * 353 + first * 31 + middle * 131 + last * 521) % SLOTS
}

impl Keyword {
    /// The longest word: `storedqueryresultcontainers`.
    const MAX_LEN: usize = 27;

    /// The word that `word` is, whole and in this case.
    pub fn from_bytes(word: &[u8]) -> Option<Self> {
        // Most names of tables and columns start with a capital letter, and no word of the language does.
        if word.len() > Self::MAX_LEN || word.first().is_none_or(u8::is_ascii_uppercase) {
            return None;
        }
        let mut slot = slot(word);
        while TABLE[slot] != EMPTY {
            let keyword = Self::ALL[usize::from(TABLE[slot])];
            if keyword.as_str().as_bytes() == word {
                return Some(keyword);
            }
            slot = (slot + 1) % SLOTS;
        }
        None
    }

    /// Whether the word may stand for a name anywhere.
    pub const fn is_name(self) -> bool {
        matches!(self.name_use(), NameUse::Name)
    }

    /// Whether the word may stand for a name where a name is given.
    pub const fn is_new_name(self) -> bool {
        !matches!(self.name_use(), NameUse::Reserved)
    }

    /// Whether the word names a scalar type in a schema: `string`, `long`, `date` …
    pub const fn is_type(self) -> bool {
        use Keyword as K;
        matches!(
            self,
            K::Bool
                | K::Boolean
                | K::Date
                | K::Datetime
                | K::Decimal
                | K::Double
                | K::Dynamic
                | K::Guid
                | K::Int
                | K::Int64
                | K::Int8
                | K::Long
                | K::Real
                | K::String
                | K::Time
                | K::Timespan
                | K::Uniqueid
        )
    }

    /// Whether the word names a scalar type in `typeof`: those of [`Keyword::is_type`] and `float`, `int32`, `ulong` …
    pub const fn is_extended_type(self) -> bool {
        use Keyword as K;
        self.is_type()
            || matches!(
                self,
                K::Float | K::Int16 | K::Int32 | K::Uint | K::Uint16 | K::Uint32 | K::Uint64 | K::Uint8 | K::Ulong
            )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_found_and_nothing_else() {
        for &keyword in Keyword::ALL {
            assert_eq!(Keyword::from_bytes(keyword.as_str().as_bytes()), Some(keyword));
            assert!(keyword.as_str().len() <= Keyword::MAX_LEN, "{keyword:?}");
            assert!(!keyword.as_str().starts_with(|first: char| first.is_ascii_uppercase()), "{keyword:?}");
        }
        for word in ["", "Where", "wher", "wheree", "x", "storedqueryresultcontainersx"] {
            assert_eq!(Keyword::from_bytes(word.as_bytes()), None, "{word}");
        }
    }
}
