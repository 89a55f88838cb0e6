"""The one thing that all pages share: what the window knows, and what it can ask for."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from workbench.ui.session.add_control import AddControl
from workbench.ui.session.costing import Costing
from workbench.ui.session.edit_control import EditControl
from workbench.ui.session.explaining import Explaining
from workbench.ui.session.folder_control import FolderControl
from workbench.ui.session.follow_control import FollowControl
from workbench.ui.session.health_control import HealthControl
from workbench.ui.session.inspection import Inspection
from workbench.ui.session.kinds import KindsFound
from workbench.ui.session.map_control import MapControl
from workbench.ui.session.model_control import ModelControl
from workbench.ui.session.pictures import Thumbnails
from workbench.ui.session.prediction_control import PredictionControl
from workbench.ui.session.preference_control import PreferenceControl
from workbench.ui.session.previews import Previews
from workbench.ui.session.project_control import ProjectControl
from workbench.ui.session.question import Question
from workbench.ui.session.run_control import RunControl
from workbench.ui.session.service_engine import ServiceEngine
from workbench.ui.session.state import State
from workbench.ui.session.store import Store
from workbench.ui.session.stress_control import StressControl
from workbench.ui.session.work_control import WorkControl


class Session(QObject):
    """The shared state of the window (`store`), and a control for each of its slices.

    Nothing here waits: work goes to the service engine (started on first use, started again if it
    dies), to one engine for each long training run, or to a short thread; its outcome arrives in `state`.

    Attributes:
        store: The state, and who is told of its changes.
        folders, edits, adding, runs, models, predictions, preferences, work: What can be asked for, by slice.
        projects: What can be made of the open project as a whole.
        following, health: What happens by itself: a model follows every edit, the photos are examined.
        map: Where the photos lie by their features, once somebody wants to see that.
        thumbnails, previews: Pictures of photos, as they are and as training will see them.
        inspection: One photo, looked at closely.
        explaining: Why the model answers what it answers.
        costing: What a model costs.
        slicing: What a run's photos can be divided by.
        kinds: What was found about the kinds of photos of runs.
        audit: How honest a number for the open folder is.
        stress: How far photos may be disturbed before a run's model fails.

    Signals:
        photos_wanted: Somebody wants to see photos of the folder on *Images*: their ids, and what they are.
    """

    photos_wanted = Signal(tuple, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.store = Store(self)
        self._service = ServiceEngine(self)
        self.preferences = PreferenceControl(self.store, self)
        self.work = WorkControl(self.store, self._service, self)
        self.edits = EditControl(self.store, self.work, self)
        self.adding = AddControl(self.store, self._service, self.work, self.edits, self)
        self.folders = FolderControl(self.store, self._service, self.work, self.preferences, self.edits, self)
        self.projects = ProjectControl(self.store, self._service, self.work, self.edits, self.folders, self)
        self.runs = RunControl(self.store, self._service, self.work, self.preferences, self)
        self.following = FollowControl(self.store, self._service, self)
        self.health = HealthControl(self.store, self._service, self)
        self.map = MapControl(self.store, self._service, self)
        self.models = ModelControl(self.store, self.work, self)
        self.predictions = PredictionControl(self.store, self._service, self.work, self.preferences, self)
        self.thumbnails = Thumbnails(self._service, self)
        self.previews = Previews(self._service, self)
        self.inspection = Inspection(self._service, self)
        self.explaining = Explaining(self._service, self)
        self.costing = Costing(self._service, self)
        self.slicing = Question(self.store, self._service, self)
        self.kinds = KindsFound()
        self.audit = Question(self.store, self._service, self)
        self.stress = StressControl(self.store, self._service, self.work, self)
        self.inspection.failed.connect(self.work.report)
        self.previews.failed.connect(self.work.report)
        self.folders.opening.connect(self.runs.stop)
        self.folders.opening.connect(self.stress.stop)
        self.runs.ended.connect(self.edits.take_test_set)
        self.runs.model_changed.connect(self.predictions.forget)
        self.runs.model_changed.connect(self.folders.forget_first)
        self.folders.first_changed.connect(self.predictions.forget)
        self.models.changed.connect(self.predictions.forget)
        self.folders.opened.connect(self.predictions.take_folder)
        self.folders.opened.connect(self.models.take_folder)
        self.folders.opened.connect(self.runs.folder.take_folder)

    @property
    def state(self) -> State:
        """The newest state."""
        return self.store.state

    @property
    def service_pid(self) -> int:
        """The service engine's process id, 0 while there is none."""
        return self._service.pid

    def close(self) -> None:
        """Ends everything in order: short work, the run under way (it saves itself), the service engine."""
        self.work.close()
        self.edits.close()
        self.runs.close()
        self._service.close()
        self.preferences.close()
