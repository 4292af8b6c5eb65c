//! What a source file mentions: every path in `use`, code, attributes and macros, with its line.

use proc_macro2::{TokenStream, TokenTree};
use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};
use syn::{Attribute, Ident, ItemMod, ItemUse, Macro, UseTree};

/// A path that stands somewhere in a file. Those of our own modules begin with `crate`; macros end with `!`.
pub(crate) struct Mention {
    pub(crate) path: String,
    pub(crate) line: usize,
    /// The name under which a `pub use` hands it on.
    pub(crate) exported: Option<String>,
}

/// Everything that the text of `module` mentions.
pub(crate) fn mentions(module: &[String], text: &str) -> Vec<Mention> {
    let file = syn::parse_file(text).unwrap();
    let mut reader = Reader { module: module.to_vec(), found: Vec::new(), exporting: false };
    reader.visit_file(&file);
    reader.found
}

struct Reader {
    module: Vec<String>,
    found: Vec<Mention>,
    /// Whether what is read stands in a `pub use`.
    exporting: bool,
}

impl Reader {
    fn note(&mut self, segments: &[String], line: usize) {
        let path = self.absolute(segments).join("::");
        self.found.push(Mention { path, line, exported: None });
    }

    /// What a `use` names, under the name that it has from then on.
    fn import(&mut self, segments: &[String], name: &Ident) {
        self.note(segments, name.span().start().line);
        if let Some(mention) = self.found.last_mut().filter(|_| self.exporting) {
            mention.exported = Some(name.to_string());
        }
    }

    /// `self` and `super` at the head resolved.
    fn absolute(&self, segments: &[String]) -> Vec<String> {
        let supers = segments.iter().take_while(|segment| *segment == "super").count();
        let rest = match segments.first().map(String::as_str) {
            Some("super") => &segments[supers..],
            Some("self") => &segments[1..],
            _ => return segments.to_vec(),
        };
        let kept = self.module.len().saturating_sub(supers);
        let own = self.module[..kept].iter();
        std::iter::once("crate".to_owned()).chain(own.cloned()).chain(rest.iter().cloned()).collect()
    }

    fn tree(&mut self, head: &[String], tree: &UseTree) {
        let with = |ident: &Ident| [head, &[ident.to_string()]].concat();
        match tree {
            UseTree::Path(path) => self.tree(&with(&path.ident), &path.tree),
            UseTree::Name(name) => self.import(&with(&name.ident), &name.ident),
            UseTree::Rename(name) => self.import(&with(&name.ident), &name.rename),
            UseTree::Glob(glob) => self.note(head, glob.span().start().line),
            UseTree::Group(group) => group.items.iter().for_each(|item| self.tree(head, item)),
        }
    }

    /// Paths inside of macros and attributes, which are only tokens: names joined by `::`.
    fn tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let (mut line, mut colons) = (0, 0);
        for token in tokens {
            match token {
                TokenTree::Punct(punct) if punct.as_char() == ':' => {
                    colons += 1;
                    continue;
                }
                TokenTree::Ident(ident) if colons == 2 && !path.is_empty() => path.push(ident.to_string()),
                TokenTree::Ident(ident) => {
                    self.end(&mut path, line);
                    line = ident.span().start().line;
                    path.push(ident.to_string());
                }
                TokenTree::Punct(punct) if punct.as_char() == '!' && path.len() == 1 => {
                    path[0].push('!');
                    self.note(&path, line);
                    path.clear();
                }
                other => {
                    self.end(&mut path, line);
                    if let TokenTree::Group(group) = other {
                        self.tokens(group.stream());
                    }
                }
            }
            colons = 0;
        }
        self.end(&mut path, line);
    }

    fn end(&mut self, path: &mut Vec<String>, line: usize) {
        if path.len() > 1 {
            self.note(path, line);
        }
        path.clear();
    }
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        self.module.push(item.ident.to_string());
        visit::visit_item_mod(self, item);
        self.module.pop();
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        self.exporting = !matches!(item.vis, syn::Visibility::Inherited);
        self.tree(&[], &item.tree);
        self.exporting = false;
    }

    /// `pub(super)` uses nothing.
    fn visit_vis_restricted(&mut self, _: &'ast syn::VisRestricted) {}

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let segments: Vec<_> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        self.note(&segments, path.span().start().line);
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, item: &'ast Macro) {
        if let Some(name) = item.path.segments.last() {
            let path = format!("{}!", name.ident);
            self.found.push(Mention { path, line: name.ident.span().start().line, exported: None });
        }
        self.tokens(item.tokens.clone());
        visit::visit_macro(self, item);
    }

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        if let syn::Meta::List(list) = &attribute.meta {
            self.tokens(list.tokens.clone());
        }
        visit::visit_attribute(self, attribute);
    }
}
