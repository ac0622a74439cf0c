"""All that a run says, computed once: every output (page, Markdown, JSON, terminal) has the same figures."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from pushbench import prose
from pushbench.analysis import answer, cpu, generator, memory, told
from pushbench.analysis.crossover import Crossover, crossover
from pushbench.analysis.duets import Duet, duets
from pushbench.analysis.figures import Figures
from pushbench.analysis.foretold import Foretold, foretold
from pushbench.analysis.growth import Growth, growth
from pushbench.analysis.modelling import Modelled, modelled
from pushbench.analysis.others import others
from pushbench.analysis.servers import Servers, servers
from pushbench.analysis.shared import SharedTable, shared
from pushbench.analysis.second_meter import MeterRow, meter_rows
from pushbench.analysis.lender import model_figures
from pushbench.analysis.mapping import CostMap, maps
from pushbench.analysis.measured_map import MapPoint, measured
from pushbench.analysis.measures import FAILS
from pushbench.analysis.verdicts import Judgement, judge, judge_all
from pushbench.machine import cautions
from pushbench.meter.calibration import record
from pushbench.meter.calibration.record import Calibration
from pushbench.meter.evidence import record as evidence_record
from pushbench.meter.evidence.bound import Bound, bound
from pushbench.meter.evidence.record import Record
from pushbench.meter.speed import record as speed_record
from pushbench.meter.speed.record import Speed
from pushbench.report.first import First, first
from pushbench.report import withheld
from pushbench.report.words import reading, sittings
from pushbench.setup.changes import why_not_judged
from pushbench.setup.claims import load_aa, load_claims
from pushbench.stats import estimates as stats
from pushbench.store import counted
from pushbench.store.counted import Complexity
from pushbench.store.observed import Observed
from pushbench.store.records import Run, load_run
from pushbench.store.sittings import Sitting, sittings_of


@dataclass(frozen=True)
class Analysis:
    run: Run
    figures: Figures
    answers: list[answer.Answer]
    readings: list[reading.Reading]
    headline: str
    first: First  # the first screen
    others: list[answer.Answer]  # tables of what ran beside, of which no answer is made
    servers: Servers  # of other people, apart from all of ours
    shared: tuple[SharedTable, ...]  # one source for several servers
    judgements: list[Judgement]
    aa: Judgement | None  # the A/A test; None where the twin was not run
    crossover: Crossover | None
    meters: list[MeterRow]
    memory: list[memory.Table]
    cpu: cpu.Cpu
    generator: generator.Generator
    growth: Growth
    duets: list[Duet]
    model: Modelled  # of costs: what the first screen and a plan are made from
    maps: list[CostMap]
    map_points: list[MapPoint]
    foretold: list[Foretold]
    lender: str  # the run that lent its model for those and for the maps; empty: they are by this run's own
    calibration: Calibration | None  # None: not calibrated, or not to be read
    trust: str  # whether the meter can be trusted, in one paragraph
    speed: Speed | None  # None: not measured for this commit on this machine, or not to be read
    evidence: Record | None  # what is counted, not timed; None: not of this run, or not to be read
    bound: Bound | None
    complexity: Complexity | None  # the code of this run's tree, counted
    observed: Observed | None  # what browsers and proxies were seen to do with this run's tree
    cautions: list[str]

    @property
    def on_trial(self) -> list[Judgement]:
        return [each for each in self.judgements if not each.is_aside]

    @property
    def aside(self) -> list[Judgement]:
        """Claims that this run was never to measure."""
        return [each for each in self.judgements if each.is_aside]

    @property
    def sittings(self) -> list[Sitting]:
        """When it was measured: more than one where it was stopped and resumed."""
        return _sittings(self.run)

    @property
    def single_points(self) -> str:
        """The caution that no figure has an interval; empty where they have."""
        return " ".join(_about_blocks(self.run))

    @property
    def sittings_line(self) -> str:
        return sittings.line(self.sittings)


def analyse(run_dir: Path) -> Analysis:
    analysis = _analyse(run_dir)
    why = cautions.why_unfit(analysis.run.context)
    return _without_conclusions(analysis, why) if why else analysis


def _without_conclusions(analysis: Analysis, why: str) -> Analysis:
    judgements = [withheld.judgement(each, why) for each in analysis.judgements]
    return replace(analysis, headline=withheld.headline(why), answers=withheld.answers(analysis.answers),
                   others=withheld.answers(analysis.others), crossover=None, maps=[], map_points=[],
                   readings=withheld.readings(analysis.readings, why),
                   first=withheld.first(analysis.first, judgements, why), judgements=judgements,
                   aa=analysis.aa and withheld.judgement(analysis.aa, why))


def _analyse(run_dir: Path) -> Analysis:
    run = load_run(run_dir)
    calibration, remark = record.read(run_dir)
    speed, speed_remark = speed_record.read(run_dir)
    evidence, evidence_remark = evidence_record.read(Path(run_dir) / evidence_record.FILE)
    figures = Figures(run)
    answers = answer.answers(figures)
    readings = [reading.read(each) for each in answers]
    names = {row.variant: row.name for each in answers for row in each.rows}
    aa = _aa(figures)
    judgements = judge_all(load_claims(), figures)
    if why := why_not_judged(run.context):
        judgements = [withheld.judgement(each, why) for each in judgements]
    return Analysis(run, figures, answers, readings,
                    reading.headline(answers, readings, names, any_valid=run.count("ok") > 0),
                    first(figures, judgements, calibration), others(figures), servers(figures), shared(figures),
                    judgements, aa,
                    crossover(figures), meter_rows(run),
                    memory.tables(figures), cpu.cpu(figures), generator.generator(figures), growth(figures),
                    duets(figures), modelled(figures), *_held_against_a_model(figures),
                    calibration, _trust(calibration, remark), speed, evidence, bound(figures, evidence),
                    counted.read(run.folder / counted.FILE), figures.observed,
                    _about_aa(aa, figures) + _cautions(run, figures)
                    + [f"{each}." for each in (speed_remark, evidence_remark) if each])


def _held_against_a_model(figures: Figures) -> tuple[list[CostMap], list[MapPoint], list[Foretold], str]:
    """A lent model draws no map of a run that measured none of its cells."""
    source, points, told = model_figures(figures), measured(figures), foretold(figures)
    drawn = maps(source) if source is figures or points else []
    return drawn, points, told, source.run.run_id if source is not figures and (points or told) else ""


def _sittings(run: Run) -> list[Sitting]:
    return sittings_of(run.context, [trial.raw for trial in run.trials])


def _aa(figures: Figures) -> Judgement | None:
    """None where the twin was never run: then there was no such test."""
    judged = judge(load_aa(), figures)
    ran = any(finding.estimate is not None or figures.bad_trials(finding.workload, None, "sse-twin")
              for finding in (*judged.primary, *judged.secondary))
    return judged if ran else None


def _trust(calibration: Calibration | None, remark: str) -> str:
    if calibration is None:
        return f"{record.QUESTION} Unknown: {remark[0].lower()}{remark[1:]}."
    return " ".join([record.QUESTION, calibration.answer, *calibration.advice])


def _about_aa(aa: Judgement | None, figures: Figures) -> list[str]:
    """A difference between a thing and itself is one that the method made."""
    winners = [each for each in (*aa.primary, *aa.secondary) if each.verdict == FAILS] if aa else []
    if not winners:
        return []
    said = [f"{each.measure.title}: {told.between(each, figures)} = {told.figure(each)} in {each.workload}"
            for each in winners]
    return [f"The A/A test found a difference between a transport and itself ({'; '.join(said)}). Differences of that "
            "size mean nothing in this run."]


def _cautions(run: Run, figures: Figures) -> list[str]:
    """What a reader must know before quoting a figure of this run."""
    not_run = [title.lower() for title in answer.missing_cases(figures)]
    found = [f"Not run: {prose.listing(not_run)}."] if not_run else []
    if why := why_not_judged(run.context):
        found.append(f"No claim is judged: {why}.")
    found += _about_blocks(run)
    found += _about_machine(run)
    if resumed := sittings.caution(_sittings(run)):
        found.append(resumed)
    if run.context and not isinstance(run.context.get("claims"), dict):
        found.append("Whether the claims were written before this run is not recorded: an older pushbench made it.")
    if run.context.get("dirty"):
        found.append("The source tree had uncommitted changes.")
    return found + [f"{remark}." for remark in run.remarks]


def _about_machine(run: Run) -> list[str]:
    """As told before the run; of an older one as its record shows."""
    told_then = run.context.get(cautions.KEY)
    return [str(each) for each in told_then] if isinstance(told_then, list) else cautions.cautions(run.context)


def _about_blocks(run: Run) -> list[str]:
    good = {trial.block for trial in run.trials if trial.ok}
    if not good:
        return ["No trial is valid: there are no figures."]
    if len(good) < stats.MIN_BLOCKS:
        return [f"{prose.plural(len(good), 'block')}: figures are single points without intervals; "
                f"an interval needs {stats.MIN_BLOCKS}. Good enough to see that it runs, not to choose by."]
    return []
