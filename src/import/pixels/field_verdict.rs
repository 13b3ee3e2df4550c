//! What all object sets of a field say of its pictures.

use std::collections::BTreeMap;

use super::judgement::{Finding, Judgement, Numbers, Sample, Verdict, judge};
use super::offset_search::{Displaced, find};
use super::pixel_view::PixelView;
use super::regions::{MeasuredRegion, judge_regions};
use crate::{Verification, VerificationKind};

/// What an object set has measured of a channel in one field.
pub(crate) struct HeldSet {
    pub object: String,
    /// The measured picture is the loaded one.
    pub is_loaded: bool,
    /// What is known of how the measured picture was made, for those of which nothing else is.
    pub made: Option<String>,
    pub measured: Measured,
}

/// What can be held against pixels.
pub(crate) enum Measured {
    /// Maxima with their places.
    Places(Vec<Sample>),
    /// Intensities of whole objects.
    Regions(Vec<MeasuredRegion>),
}

impl Measured {
    fn rows(&self) -> Vec<usize> {
        match self {
            Self::Places(samples) => samples.iter().map(|sample| sample.row).collect(),
            Self::Regions(regions) => regions.iter().map(|region| region.row).collect(),
        }
    }
}

/// A channel's picture in one field.
pub(crate) struct HeldChannel<'a> {
    pub name: &'a str,
    /// The file, for sentences.
    pub file: String,
    pub numbers: Numbers,
    /// Its pixels as loaded, and as they are stored where that differs.
    pub views: Vec<&'a dyn PixelView>,
    /// A set may be there several times: with several pictures that the pipeline made of the channel's.
    pub sets: Vec<HeldSet>,
    /// Cells of which nothing can be told, and why.
    pub untold: Option<(usize, String)>,
}

/// What is found of a field's pictures.
#[derive(Debug, Default)]
pub(crate) struct FieldVerdict {
    /// For the report.
    pub lines: Vec<Verification>,
    /// Why the whole field's crops would be others than those that were measured.
    pub refused: Option<String>,
    /// Cells of which that is so, although it is not of all.
    pub refused_rows: BTreeMap<usize, String>,
    /// Shifts that explain pictures.
    pub shifts: Vec<[i64; 2]>,
}

impl FieldVerdict {
    /// Why a row's crop would be another than that which was measured.
    pub fn refusal(&self, row: usize) -> Option<&String> {
        self.refused
            .as_ref()
            .or_else(|| self.refused_rows.get(&row))
    }
}

/// A judged object set.
struct Judged<'a> {
    set: &'a HeldSet,
    judgement: Judgement,
    displaced: Option<Displaced>,
}

/// Holds a field's pictures against what was measured. `search`: what explains a picture that is not the measured one is
/// looked for.
pub(crate) fn hold(channels: &[HeldChannel<'_>], search: bool) -> FieldVerdict {
    let mut verdict = FieldVerdict::default();
    for channel in channels {
        hold_channel(channel, search, &mut verdict);
    }
    verdict
}

fn hold_channel(channel: &HeldChannel<'_>, search: bool, verdict: &mut FieldVerdict) {
    let line = || Verification::new(VerificationKind::Pixels, "cells").about_channel(channel.name);
    if let Some((cells, reason)) = &channel.untold {
        let mut untold = line();
        untold.untold_because(*cells, reason);
        verdict.lines.push(untold);
    }
    let mut all: Vec<Judged<'_>> = channel
        .sets
        .iter()
        .map(|set| judged_set(set, channel))
        .collect();
    let is_known = |one: &Judged<'_>| one.judgement.verdict == Verdict::Fits;
    if search && !all.iter().any(is_known) {
        for one in &mut all {
            explain(one, channel);
        }
    }
    let mut judged: Vec<Judged<'_>> = Vec::new();
    for one in all {
        let set = one.set;
        match judged
            .iter_mut()
            .find(|known| known.set.object == set.object)
        {
            Some(known) if rank(&one) < rank(known) => *known = one,
            Some(_) => {}
            None => judged.push(one),
        }
    }
    let any =
        |wanted: fn(&Verdict) -> bool| judged.iter().any(|one| wanted(&one.judgement.verdict));
    let fits = any(|one| *one == Verdict::Fits);
    let partly = any(|one| *one == Verdict::Partly);
    let shift = judged.iter().find_map(|one| match one.displaced {
        Some(Displaced::Shifted(shift)) => Some(shift),
        _ => None,
    });
    if !fits {
        verdict.shifts.extend(shift);
    }
    let (mut agreeing, mut contradicting) = (Vec::new(), Vec::new());
    for one in &judged {
        let object = &one.set.object;
        let mut line = line().about_object(object);
        let findings = &one.judgement.findings;
        let count = |wanted| findings.iter().filter(|one| **one == wanted).count();
        let contradicts = count(Finding::Contradicts);
        if fits && !one.set.is_loaded && matches!(one.judgement.verdict, Verdict::Not(_)) {
            // The picture is the one that others were measured in.
            line.untold_because(
                findings.len(),
                "a picture that the pipeline made of it was measured",
            );
            verdict.lines.push(line);
            continue;
        }
        line.agree(count(Finding::Agrees));
        let sentence = sentence(channel, one, contradicts);
        line.contradict(contradicts, || sentence.clone());
        let reason = match (&one.set.made, &one.judgement.verdict) {
            (Some(made), _) => made,
            (None, Verdict::Untold(reason)) => reason,
            (None, _) => "nothing tells",
        };
        line.untold_because(count(Finding::Untold), reason);
        if matches!(one.judgement.verdict, Verdict::Not(_)) && !fits && !partly {
            verdict.refused.get_or_insert(sentence);
        }
        for (row, finding) in one.set.measured.rows().into_iter().zip(findings) {
            match finding {
                Finding::Agrees => agreeing.push(row),
                Finding::Contradicts => contradicting.push(row),
                Finding::Untold => {}
            }
        }
        verdict.lines.push(line);
    }
    if partly && !fits {
        agreeing.sort_unstable();
        for row in contradicting {
            if agreeing.binary_search(&row).is_err() {
                let words = format!(
                    "{} does not show it as it was measured in {}",
                    channel.file, channel.name
                );
                verdict.refused_rows.entry(row).or_insert(words);
            }
        }
    }
}

/// Which of several judgements of one set counts: the first that fits, then one that explains.
fn rank(judged: &Judged<'_>) -> usize {
    match &judged.judgement.verdict {
        Verdict::Fits => 0,
        Verdict::Partly => 1,
        Verdict::Not(_) if judged.displaced.is_some() => 2,
        Verdict::Untold(_) => 3,
        Verdict::Not(_) => 4,
    }
}

/// The pixels that a set is held against: what was measured as it was loaded against that alone.
fn views_of<'v>(set: &HeldSet, channel: &HeldChannel<'v>) -> Vec<&'v dyn PixelView> {
    let all = channel.views.iter().copied();
    if set.is_loaded {
        all.take(1).collect()
    } else {
        all.rev().collect()
    }
}

fn judged_set<'a>(set: &'a HeldSet, channel: &HeldChannel<'_>) -> Judged<'a> {
    let judged = views_of(set, channel).into_iter().map(|view| Judged {
        set,
        judgement: match &set.measured {
            Measured::Places(samples) => judge(samples, view, channel.numbers, set.is_loaded),
            Measured::Regions(regions) => {
                judge_regions(regions, view, channel.numbers, set.is_loaded)
            }
        },
        displaced: None,
    });
    judged.min_by_key(rank).unwrap_or_else(|| Judged {
        set,
        judgement: Judgement::untold(set.measured.rows().len(), "there is no picture"),
        displaced: None,
    })
}

/// Looks for what explains a picture that does not fit. What was found in a picture of which nothing was told contradicts
/// it: the measured picture may be a part of the loaded one.
fn explain(judged: &mut Judged<'_>, channel: &HeldChannel<'_>) {
    let is_contradicted = match &judged.judgement.verdict {
        Verdict::Not(why) if why.is_none() => true,
        Verdict::Untold(_) if !judged.set.is_loaded => false,
        _ => return,
    };
    let Measured::Places(samples) = &judged.set.measured else {
        return;
    };
    let displaced = views_of(judged.set, channel)
        .into_iter()
        .filter_map(PixelView::whole)
        .find_map(|plane| find(samples, plane, channel.numbers))
        .filter(|found| is_contradicted || !matches!(found, Displaced::Scaled(_)));
    if displaced.is_some() {
        judged.displaced = displaced;
        judged.judgement.verdict = Verdict::Not(None);
        judged.judgement.findings = vec![Finding::Contradicts; samples.len()];
    }
}

/// What is wrong with a picture.
fn sentence(channel: &HeldChannel<'_>, judged: &Judged<'_>, contradicting: usize) -> String {
    let what = match &judged.set.measured {
        Measured::Places(_) => "their MaxIntensity at its place",
        Measured::Regions(_) => "their measured intensities",
    };
    let why = match (judged.displaced, &judged.judgement.verdict) {
        (Some(displaced @ Displaced::Shifted([x, y])), _) => {
            format!("; {displaced} (--offset {x},{y})")
        }
        (Some(displaced), _) => format!("; {displaced}"),
        (None, Verdict::Not(Some(why))) => format!("; {why}"),
        (None, _) => String::new(),
    };
    format!(
        "{}: {contradicting} of {} {} do not have {what} in {}{why}",
        channel.file,
        judged.judgement.findings.len(),
        judged.set.object,
        channel.name
    )
}
