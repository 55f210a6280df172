//! Breadth-first search by layers: all nodes without a wait first, then those with one wait, and so on.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use crate::accident::{KINDS, Kind};
use crate::app::Keys as UserKeys;
use crate::key::Keys;
use crate::laws;
use crate::moves::{Move, WAITS};
use crate::node::{Holds, Node};
use crate::worlds::World;

/// One in so many merged nodes is expanded again.
const AUDITED: usize = 101;
/// The number of merged nodes that are kept for the audit.
const AUDITED_AT_MOST: usize = 1_000;

#[derive(Default)]
pub struct Explored {
    pub states: usize,
    pub edges: usize,
    pub depth: usize,
    pub merged: usize,
    pub audited: usize,
    pub raw_requests: usize,
    /// The nodes of which it was seen that a session can be reached.
    pub judged_for_dead_ends: usize,
    pub matrix: Matrix,
}

#[derive(Clone, Copy)]
pub struct Bounds {
    pub waits: u8,
    pub accidents: bool,
    pub states: usize,
}

/// A step of a trace.
#[derive(Clone, Copy, Debug)]
pub struct Label {
    pub step: Move,
    pub accident: Option<(Kind, usize)>,
    pub then: Move,
}

pub struct Search<'a> {
    world: &'a World,
    user: &'a UserKeys,
    keys: Keys,
    bounds: Bounds,
    seen: HashMap<u128, usize>,
    parents: Vec<Parent>,
    /// Where moves without an accident lead, as a map from the move to the key.
    leads_to: Vec<BTreeMap<Move, u128>>,
    raw: Vec<u64>,
    edges: Vec<(u32, u32)>,
    signed_in: Vec<bool>,
    audits: Vec<(usize, Node)>,
    explored: Explored,
}

/// Where a node was reached from.
struct Parent {
    from: Option<(usize, Label)>,
    depth: usize,
    waits: u8,
}

/// What followed an accident in a state, at a step.
pub type Matrix = BTreeMap<(&'static str, Move, Kind), BTreeSet<String>>;

/// A violation, with the way there.
pub struct Violation {
    pub what: String,
    pub trace: Vec<Label>,
}

impl<'a> Search<'a> {
    pub fn new(world: &'a World, user: &'a UserKeys, bounds: Bounds) -> Self {
        let beginning = serde_json::to_value(&world.beginning).expect("JSON");
        Self {
            world,
            user,
            keys: Keys::new(&beginning),
            bounds,
            seen: HashMap::new(),
            parents: Vec::new(),
            leads_to: Vec::new(),
            raw: Vec::new(),
            edges: Vec::new(),
            signed_in: Vec::new(),
            audits: Vec::new(),
            explored: Explored::default(),
        }
    }

    /// Explores everything within the bounds.
    pub fn run(mut self) -> Result<Explored, Violation> {
        let mut layers: Vec<VecDeque<(usize, Node)>> = vec![VecDeque::new(); usize::from(self.bounds.waits) + 1];
        let beginning = Node::beginning(self.world);
        let (key, raw) = self.keys.key(&beginning);
        let first = self.add(key, raw, &beginning, None);
        layers[0].push_back((first, beginning));
        for layer in 0..layers.len() {
            while let Some((index, node)) = layers[layer].pop_front() {
                for (next, node) in self.expand(index, &node)? {
                    layers[usize::from(node.waits)].push_back((next, node));
                }
                if self.parents.len() > self.bounds.states {
                    return Err(self.violation("the world is larger than the bound".to_owned(), index, None));
                }
            }
        }
        self.audit()?;
        self.find_dead_ends()?;
        self.explored.states = self.parents.len();
        self.explored.edges += self.edges.len();
        self.explored.depth = self.parents.iter().map(|parent| parent.depth).max().unwrap_or(0);
        Ok(self.explored)
    }

    fn add(&mut self, key: u128, raw: u64, node: &Node, from: Option<(usize, Label)>) -> usize {
        let index = self.parents.len();
        let depth = from.map_or(0, |(from, _)| self.parents[from].depth + 1);
        self.seen.insert(key, index);
        self.parents.push(Parent { from, depth, waits: node.waits });
        self.leads_to.push(BTreeMap::new());
        self.raw.push(raw);
        self.signed_in.push(matches!(node.holds, Holds::Session(_)));
        index
    }

    fn labels(&self, node: &Node) -> Vec<Label> {
        let plain = |step| Label { step, accident: None, then: Move::Resume };
        let mut labels: Vec<_> = node.moves(self.world).into_iter().map(plain).collect();
        if node.waits < self.bounds.waits {
            labels.extend((0..WAITS.len()).filter_map(|which| u8::try_from(which).ok()).map(Move::Wait).map(plain));
        }
        labels
    }

    fn expand(&mut self, index: usize, node: &Node) -> Result<Vec<(usize, Node)>, Violation> {
        let mut new = Vec::new();
        for label in self.labels(node) {
            new.extend(self.follow(index, node, label)?);
            if self.bounds.accidents && label.step.makes_a_call() {
                for kind in KINDS {
                    let thens: &[Move] = if matches!(kind, Kind::DroppedBefore | Kind::DroppedAfter) {
                        &[Move::Resume, Move::StartOver]
                    } else {
                        &[Move::Resume]
                    };
                    for then in thens {
                        for nth in 0..3 {
                            let label = Label { accident: Some((kind, nth)), then: *then, ..label };
                            match self.follow_accident(index, node, label)? {
                                Some(found) => new.extend(found),
                                None => break,
                            }
                        }
                    }
                }
            }
        }
        Ok(new)
    }

    fn follow(&mut self, index: usize, node: &Node, label: Label) -> Result<Option<(usize, Node)>, Violation> {
        Ok(self.follow_accident(index, node, label)?.flatten())
    }

    /// Returns `None` if the move makes too few calls for the accident.
    #[allow(clippy::option_option, reason = "no accident, and no new node, are two things")]
    fn follow_accident(
        &mut self,
        index: usize,
        node: &Node,
        label: Label,
    ) -> Result<Option<Option<(usize, Node)>>, Violation> {
        let edge = node.follow(self.world, self.user, label.step, label.accident, label.then);
        if !edge.has_happened {
            return Ok(None);
        }
        if edge.is_plain {
            return Ok(Some(None));
        }
        laws::of_edge(self.world, node, label.step, label.accident, &edge)
            .map_err(|what| self.violation(what, index, Some(label)))?;
        if let Some((kind, _)) = label.accident {
            let [before, after] = edge.states;
            let error = edge.error.as_ref().map(|error| format!("`{}`", error.code()));
            let result = error.map_or_else(|| after.to_owned(), |error| format!("{error}, {after}"));
            self.explored.matrix.entry((before, label.step, kind)).or_default().insert(result);
        }
        let next = edge.node;
        let (key, raw) = self.keys.key(&next);
        if label.accident.is_none() {
            self.leads_to[index].insert(label.step, key);
        }
        let (to, is_new) = match self.seen.get(&key) {
            Some(known) => (*known, false),
            None => (self.add(key, raw, &next, Some((index, label))), true),
        };
        // Accidents stop, so that a way out may not need one.
        if label.accident.is_none() {
            self.edges.push((u32::try_from(index).unwrap_or(u32::MAX), u32::try_from(to).unwrap_or(u32::MAX)));
        } else {
            self.explored.edges += 1;
        }
        if is_new {
            let tried = laws::of_node(self.world, &next).map_err(|what| self.violation(what, to, None))?;
            self.explored.raw_requests += tried;
            return Ok(Some(Some((to, next))));
        }
        if raw != self.raw[to] {
            self.explored.merged += 1;
            if self.explored.merged.is_multiple_of(AUDITED) && self.audits.len() < AUDITED_AT_MOST {
                self.audits.push((to, next));
            }
        }
        Ok(Some(None))
    }

    /// Expands merged nodes again: the same moves must be possible, hold the laws, and lead where they led from the node
    /// that is kept.
    fn audit(&mut self) -> Result<(), Violation> {
        for (index, node) in std::mem::take(&mut self.audits) {
            let mut leads_to = BTreeMap::new();
            for label in self.labels(&node).into_iter().filter(|label| !matches!(label.step, Move::Wait(_))) {
                let edge = node.follow(self.world, self.user, label.step, None, label.then);
                laws::of_edge(self.world, &node, label.step, None, &edge)
                    .map_err(|what| self.violation(what, index, Some(label)))?;
                leads_to.insert(label.step, self.keys.key(&edge.node).0);
            }
            let mut expected = self.leads_to[index].clone();
            expected.retain(|step, _| !matches!(step, Move::Wait(_)));
            if leads_to != expected {
                let differs = |step: &Move| leads_to.get(step) != expected.get(step);
                let steps: Vec<_> = leads_to.keys().chain(expected.keys()).filter(|step| differs(step)).collect();
                let what = format!("two nodes were merged, and differ in {steps:?}");
                return Err(self.violation(what, index, None));
            }
            self.explored.audited += 1;
        }
        Ok(())
    }

    /// Finds the nodes from which no session can be reached. In the last layer the user can wait no more, so nodes
    /// there are not judged. If no wait is allowed at all, all nodes are judged, unless the world needs time to pass.
    fn find_dead_ends(&mut self) -> Result<(), Violation> {
        let mut back: Vec<Vec<u32>> = vec![Vec::new(); self.parents.len()];
        for (from, to) in &self.edges {
            back[usize::try_from(*to).unwrap_or(0)].push(*from);
        }
        let mut reaches = self.signed_in.clone();
        let mut todo: Vec<usize> = (0..reaches.len()).filter(|index| reaches[*index]).collect();
        while let Some(index) = todo.pop() {
            for from in &back[index] {
                let from = usize::try_from(*from).unwrap_or(0);
                if !reaches[from] {
                    reaches[from] = true;
                    todo.push(from);
                }
            }
        }
        let are_all_judged = self.bounds.waits == 0 && !self.world.needs_time;
        let is_judged = |index: &usize| are_all_judged || self.parents[*index].waits < self.bounds.waits;
        let judged: Vec<usize> = (0..reaches.len()).filter(is_judged).collect();
        self.explored.judged_for_dead_ends = judged.len();
        match judged.iter().find(|index| !reaches[**index]) {
            Some(index) => Err(self.violation("no session can be reached from here".to_owned(), *index, None)),
            None => Ok(()),
        }
    }

    fn violation(&self, what: String, index: usize, last: Option<Label>) -> Violation {
        let mut trace: Vec<Label> = last.into_iter().collect();
        let mut at = index;
        while let Some((from, label)) = self.parents[at].from {
            trace.push(label);
            at = from;
        }
        trace.reverse();
        Violation { what, trace }
    }
}
