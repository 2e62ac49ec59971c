//! One file of `src/` as facts: the paths it names, its functions, modules, attributes and macros.
//!
//! It works on tokens, not on the syntax tree: comments and strings fall away by themselves, and what
//! stands inside a macro call (`format!`, `html!`, `proptest!`) is seen like everything else.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

use super::Finding;

/// A file of `src/`, read.
pub struct Source {
    /// From the repository's root, with `/`.
    pub path: String,
    pub text: String,
    /// The top folder or file below `src/`; empty for `lib.rs` and `main.rs`.
    pub room: String,
    /// The module that this file is, from the crate's root.
    pub module: Vec<String>,
    /// The whole file is declared `#[cfg(test)]` elsewhere.
    pub is_test: bool,
    pub paths: Vec<NamedPath>,
    pub functions: Vec<Function>,
    pub modules: Vec<Module>,
    pub attributes: Vec<Word>,
    pub macros: Vec<Word>,
    pub idents: Vec<Word>,
    /// The line on which a last `#[cfg(test)] mod … { }` begins.
    pub tests_from: Option<usize>,
}

/// A path with at least two parts, or one that is imported.
pub struct NamedPath {
    pub parts: Vec<String>,
    /// The module that it stands in, inline modules counted.
    pub inside: Vec<String>,
    pub line: usize,
    pub is_import: bool,
    pub is_test: bool,
}

/// A function with a body.
pub struct Function {
    pub name: String,
    pub first: usize,
    pub last: usize,
}

/// A `mod name;` or `mod name { … }`.
pub struct Module {
    pub path: Vec<String>,
    pub line: usize,
    pub is_test: bool,
}

/// A name at a line.
pub struct Word {
    pub text: String,
    pub line: usize,
}

impl Source {
    /// Reads the facts of one file.
    pub fn read(path: &str, text: &str) -> Result<Self, Finding> {
        let tokens: TokenStream = text.parse().map_err(|error: proc_macro2::LexError| Finding {
            path: path.into(),
            line: error.span().start().line,
            rule: "rust",
            what: format!("this is not Rust: {error}"),
            advice: "Make it compile".into(),
        })?;
        let module = module_of(path);
        let mut source = Self {
            path: path.into(),
            text: text.into(),
            room: module.first().cloned().unwrap_or_default(),
            module: module.clone(),
            is_test: false,
            paths: Vec::new(),
            functions: Vec::new(),
            modules: Vec::new(),
            attributes: Vec::new(),
            macros: Vec::new(),
            idents: Vec::new(),
            tests_from: None,
        };
        let trees: Vec<TokenTree> = tokens.into_iter().collect();
        source.walk(&trees, &Scope { module, is_test: false }, true);
        Ok(source)
    }

    /// The room's name for a message.
    pub fn room_name(&self) -> &str {
        if self.room.is_empty() { "the crate root" } else { &self.room }
    }

    /// The module path that `named` means, from the crate's root; none for a path that starts outside.
    pub fn resolve(named: &NamedPath) -> Option<Vec<String>> {
        let (first, mut rest) = named.parts.split_first()?;
        let mut from = match first.as_str() {
            "crate" | "stationd" => Vec::new(),
            "self" => named.inside.clone(),
            "super" => {
                let mut from = named.inside.clone();
                from.pop();
                while rest.first().is_some_and(|part| part == "super") {
                    from.pop();
                    rest = &rest[1..];
                }
                from
            }
            _ => return None,
        };
        from.extend(rest.iter().cloned());
        Some(from)
    }

    fn walk(&mut self, trees: &[TokenTree], scope: &Scope, is_top: bool) {
        let mut at = 0;
        // Set by `#[cfg(test)]`: the item that follows is a test, and begins on this line.
        let mut test_from = None;
        let is_test = |pending: Option<usize>| scope.is_test || pending.is_some();
        while at < trees.len() {
            match &trees[at] {
                TokenTree::Punct(punct) if punct.as_char() == '#' => {
                    if let Some((group, used)) = attribute(&trees[at..]) {
                        let text = squeezed(group);
                        if text.starts_with("cfg(test") || text.starts_with("cfg(all(test") || text == "test" {
                            test_from.get_or_insert(line(&trees[at]));
                        }
                        self.attributes.push(Word { text, line: line(&trees[at]) });
                        self.walk_group(group, &Scope { module: scope.module.clone(), is_test: is_test(test_from) });
                        at += used;
                        continue;
                    }
                }
                TokenTree::Punct(punct) if punct.as_char() == ';' => test_from = None,
                TokenTree::Group(group) => {
                    self.walk_group(group, &Scope { module: scope.module.clone(), is_test: is_test(test_from) });
                    if group.delimiter() == Delimiter::Brace {
                        test_from = None;
                    }
                }
                TokenTree::Ident(_) => {
                    let here = Scope { module: scope.module.clone(), is_test: is_test(test_from) };
                    let (used, ended) = self.word(&trees[at..], &here);
                    let is_last = is_top && at + used == trees.len();
                    if ended {
                        if is_last && name(&trees[at]) == "mod" {
                            self.tests_from = test_from;
                        }
                        test_from = None;
                    }
                    at += used;
                    continue;
                }
                _ => {}
            }
            at += 1;
        }
    }

    fn walk_group(&mut self, group: &Group, scope: &Scope) {
        let trees: Vec<TokenTree> = group.stream().into_iter().collect();
        self.walk(&trees, scope, false);
    }

    /// Takes what begins with an identifier; says how many trees it took and whether an item ended there.
    fn word(&mut self, trees: &[TokenTree], scope: &Scope) -> (usize, bool) {
        let word = name(&trees[0]);
        let at = line(&trees[0]);
        self.idents.push(Word { text: word.clone(), line: at });
        match word.as_str() {
            "pub" => (if is_restriction(trees.get(1)) { 2 } else { 1 }, false),
            "use" if !is_punct(trees.get(1), '<') => {
                let mut used = 1;
                self.use_tree(trees, &mut used, &[], scope);
                let end = trees[used..].iter().position(|tree| is_punct(Some(tree), ';'));
                (end.map_or(used, |end| used + end + 1), true)
            }
            "mod" if is_ident(trees.get(1)) => self.module(trees, scope),
            "fn" if is_ident(trees.get(1)) => {
                self.function(trees);
                (2, false)
            }
            _ => (self.chain(trees, scope), false),
        }
    }

    fn module(&mut self, trees: &[TokenTree], scope: &Scope) -> (usize, bool) {
        let mut path = scope.module.clone();
        path.push(name(&trees[1]));
        self.modules.push(Module { path: path.clone(), line: line(&trees[0]), is_test: scope.is_test });
        match trees.get(2) {
            Some(TokenTree::Group(group)) => {
                self.walk_group(group, &Scope { module: path, is_test: scope.is_test });
                (3, true)
            }
            Some(_) => (3, true),
            None => (2, true),
        }
    }

    fn function(&mut self, trees: &[TokenTree]) {
        let body = trees.iter().find_map(|tree| match tree {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => Some(Some(group)),
            TokenTree::Punct(punct) if punct.as_char() == ';' => Some(None),
            _ => None,
        });
        if let Some(Some(body)) = body {
            let last = body.span_close().end().line;
            self.functions.push(Function { name: name(&trees[1]), first: line(&trees[0]), last });
        }
    }

    /// A path outside `use`: `a::b::c`, as far as names follow each other.
    fn chain(&mut self, trees: &[TokenTree], scope: &Scope) -> usize {
        let mut parts = vec![name(&trees[0])];
        let mut used = 1;
        while is_colons(&trees[used..]) && is_ident(trees.get(used + 2)) {
            let part = &trees[used + 2];
            parts.push(name(part));
            self.idents.push(Word { text: name(part), line: line(part) });
            used += 3;
        }
        if is_punct(trees.get(used), '!') && !is_punct(trees.get(used + 1), '=') {
            self.macros.push(Word { text: parts[parts.len() - 1].clone(), line: line(&trees[0]) });
        }
        if parts.len() > 1 {
            self.path(parts, line(&trees[0]), scope, false);
        }
        used
    }

    /// The tree of a `use`, from `trees[*at]` to the `,` or `;` that ends it.
    fn use_tree(&mut self, trees: &[TokenTree], at: &mut usize, prefix: &[String], scope: &Scope) {
        let mut parts = prefix.to_vec();
        let mut begins = None;
        while let Some(tree) = trees.get(*at) {
            match tree {
                TokenTree::Punct(punct) if matches!(punct.as_char(), ',' | ';') => break,
                TokenTree::Punct(punct) if punct.as_char() == '*' => parts.push("*".into()),
                TokenTree::Ident(ident) if ident == "as" => *at += 1,
                TokenTree::Ident(ident) if ident == "self" && !parts.is_empty() => {}
                TokenTree::Ident(_) => {
                    parts.push(name(tree));
                    self.idents.push(Word { text: name(tree), line: line(tree) });
                }
                TokenTree::Group(group) => {
                    let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                    let mut inside = 0;
                    while inside < inner.len() {
                        self.use_tree(&inner, &mut inside, &parts, scope);
                        inside += 1;
                    }
                    *at += 1;
                    return;
                }
                _ => {}
            }
            begins.get_or_insert(line(tree));
            *at += 1;
        }
        if let Some(begins) = begins {
            self.path(parts, begins, scope, true);
        }
    }

    fn path(&mut self, parts: Vec<String>, line: usize, scope: &Scope, is_import: bool) {
        let inside = scope.module.clone();
        self.paths.push(NamedPath { parts, inside, line, is_import, is_test: scope.is_test });
    }
}

/// Marks the files that another file declares with `#[cfg(test)] mod name;`, and all below them.
pub fn mark_test_files(sources: &mut [Source]) {
    let tests: Vec<Vec<String>> = sources
        .iter()
        .flat_map(|source| source.modules.iter().filter(|module| module.is_test).map(|module| module.path.clone()))
        .collect();
    for source in sources {
        if tests.iter().any(|test| source.module.starts_with(test)) {
            source.is_test = true;
            source.paths.iter_mut().for_each(|path| path.is_test = true);
        }
    }
}

struct Scope {
    module: Vec<String>,
    is_test: bool,
}

fn module_of(path: &str) -> Vec<String> {
    let inner = path.trim_start_matches("src/").trim_end_matches(".rs");
    let mut parts: Vec<String> = inner.split('/').map(str::to_owned).collect();
    if parts.last().is_some_and(|part| part == "mod") || inner == "lib" || inner == "main" {
        parts.pop();
    }
    parts
}

fn name(tree: &TokenTree) -> String {
    tree.to_string().trim_start_matches("r#").to_owned()
}

fn line(tree: &TokenTree) -> usize {
    tree.span().start().line
}

fn is_ident(tree: Option<&TokenTree>) -> bool {
    matches!(tree, Some(TokenTree::Ident(_)))
}

fn is_punct(tree: Option<&TokenTree>, wanted: char) -> bool {
    matches!(tree, Some(TokenTree::Punct(punct)) if punct.as_char() == wanted)
}

fn is_colons(trees: &[TokenTree]) -> bool {
    is_punct(trees.first(), ':') && is_punct(trees.get(1), ':')
}

/// `(crate)`, `(super)`, `(in crate::x)` after `pub`: says who may see, names nobody.
fn is_restriction(tree: Option<&TokenTree>) -> bool {
    let Some(TokenTree::Group(group)) = tree else { return false };
    let first = group.stream().into_iter().next().map(|tree| tree.to_string());
    matches!(first.as_deref(), Some("crate" | "super" | "self" | "in"))
}

fn attribute(trees: &[TokenTree]) -> Option<(&Group, usize)> {
    let skip = if is_punct(trees.get(1), '!') { 2 } else { 1 };
    match trees.get(skip) {
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Bracket => Some((group, skip + 1)),
        _ => None,
    }
}

/// The text of a group without its brackets and spaces.
fn squeezed(group: &Group) -> String {
    group.stream().to_string().split_whitespace().collect()
}
