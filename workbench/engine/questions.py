"""The jobs that ask a model: what photos show, why, what that costs, and at which photos it fails."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace

from workbench.core.audit import audit_catalog
from workbench.core.edition import has_torch
from workbench.core.errors import InputError
from workbench.core.events import (
    Event,
    Prediction,
    Progress,
)
from workbench.core.explain.explanation import Explanation, HeldOut, Influential
from workbench.core.explain.why import Explainer
from workbench.core.files import stamp_of
from workbench.core.health.honesty import Audit
from workbench.core.health.slicings import slicings_of
from workbench.core.jobs import StopRequested
from workbench.core.messages import Message
from workbench.core.models.cost import cost_of, cost_of_file
from workbench.core.results.cost import Cost
from workbench.core.results.reject import RejectRule
from workbench.core.results.slicing import Slicing
from workbench.core.stress.findings import PhotosTested, RowFound, StressFound
from workbench.core.stress.jobs import stress_run
from workbench.core.threads import attended
from workbench.engine.kept import classifier_of, finder_of, follower_of, load_torch
from workbench.engine.requests import (
    AuditFolder,
    Explain,
    ExplainHeldOut,
    FindInfluential,
    Job,
    MeasureCost,
    Predict,
    Request,
    SliceUp,
    StressTest,
)


def slice_up(request: SliceUp, stop: StopRequested) -> Generator[Event, None, tuple[Slicing, ...]]:
    """Finds what photos can be divided by, their features included."""
    samples = [each for each in request.catalog.samples if each.id in request.samples]
    found = yield from slicings_of(request.catalog, samples, stop=stop)
    by_look = yield from follower_of(request).by_look(request.catalog, request.samples, stop=stop)
    return (*found, by_look)


def audit_folder(request: AuditFolder, stop: StopRequested) -> Generator[Event, None, Audit]:
    """Finds how honest a number for the open folder is."""
    follower = follower_of(request)
    return (yield from audit_catalog(request.catalog, request.config, follower, stop=stop))


def predict(
    request: Predict, stop: StopRequested
) -> Generator[Event | Prediction | RejectRule, None, list[Prediction]]:
    """Predictions for images, in order; keeps the model for the next time."""
    classifier = classifier_of(request.model)
    if classifier.rule is not None:
        yield classifier.rule
    made: list[Prediction] = []
    for answered in classifier.stream(request.paths, stop=stop):
        prediction = replace(answered, stamp=stamp_of(answered.path))
        made.append(prediction)
        yield prediction
        yield Progress("predict", len(made), len(request.paths), Message("looking_at_photos"))
    return made


def measure_cost(request: MeasureCost, stop: StopRequested) -> Generator[Event, None, Cost]:
    """Finds what a model costs; keeps it for the next prediction."""
    yield from ()
    try:
        classifier = classifier_of(request.model)
    except InputError as error:
        if error.message.code != "full_edition.model":
            raise
        return cost_of_file(request.model)
    return cost_of(classifier, request.paths, while_training=request.while_training, stop=stop)


def explain(request: Explain, stop: StopRequested) -> Generator[Event, None, Explanation]:
    """Why a model answers what it answers of one photo."""
    yield from ()
    return Explainer(classifier_of(request.model)).explain(request.path, request.class_name)


def find_influential(
    request: FindInfluential, stop: StopRequested
) -> Generator[Event, None, Influential | None]:
    """Finds which learned photos pull an answer."""
    finder = finder_of(request)
    return (yield from finder.find(request.catalog, request.path, request.class_id, stop=stop))


def explain_held_out(request: ExplainHeldOut, stop: StopRequested) -> Generator[Event, None, HeldOut]:
    """Why a model that has not learned from a photo of the folder answers what it does."""
    return (yield from finder_of(request).explain_held_out(request.catalog, request.sample, stop=stop))


def stress_test(
    request: StressTest, stop: StopRequested
) -> Generator[Event | PhotosTested | RowFound, None, StressFound]:
    """Tests the model of a run with disturbed photos."""
    classifier = classifier_of(request.run)
    if request.kind == "attacks" and has_torch():
        attended(load_torch, stop)
    return (yield from stress_run(request.run, classifier, request.kind, roots=request.roots, stop=stop))


QUESTIONS: dict[type[Request], Job] = {
    SliceUp: slice_up,
    AuditFolder: audit_folder,
    Predict: predict,
    MeasureCost: measure_cost,
    Explain: explain,
    FindInfluential: find_influential,
    ExplainHeldOut: explain_held_out,
    StressTest: stress_test,
}
