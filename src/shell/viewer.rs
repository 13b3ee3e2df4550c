//! The eframe application: one frame after another.

use std::sync::Arc;
use std::time::{Duration, Instant};

use egui::{CentralPanel, Context, Panel, Ui};
use tokio::runtime::Handle;

use super::features::feature;
use super::{chrome, layout, overlays, start_page};
use crate::model::command::Command;
use crate::model::event::Event;
use crate::model::executor::Executor;
use crate::model::job::Job;
use crate::model::news::start_with;
use crate::model::opening::NextView;
use crate::model::save_folder::UserFolders;
use crate::model::session::{SessionCommand, SessionEvent, SessionKeeper};
use crate::model::settings::{Settings, Theme};
use crate::model::state::{Copied, State};
use crate::model::task::TaskTimes;
use crate::model::update::apply;
use crate::model::view::PaneView;
use crate::shell::layout::Layout;
use crate::shell::meter::{Caches, Meter};
use crate::shell::notices::NoticeClock;
use crate::shell::overlays::OverlayTexts;
use cytolance_dataset::{CellDataset, ChannelInfo};
use cytolance_profile::{Condition, Filter};

/// A change is kept so long after it, in case of a crash.
const KEEP_AFTER: Duration = Duration::from_secs(4);

/// What to show first.
#[derive(Debug, Clone, Default)]
pub struct Start {
    /// A dataset to open.
    pub dataset: Option<String>,
    /// The dataset, where it is open already, and its channels.
    pub opened: Option<(CellDataset, Vec<ChannelInfo>)>,
    /// The demo plate.
    pub demo: bool,
    /// A session to take up on it.
    pub session: Option<std::path::PathBuf>,
    /// Its pictures are those of a column that was asked for.
    pub picture: bool,
    /// An SQL filter.
    pub filter: Option<String>,
    /// Rows to select; the first one is looked at.
    pub select: Vec<u32>,
    /// A file for the times of frames and gestures, a JSON object a line.
    pub trace: Option<std::path::PathBuf>,
    /// Bytes of columns that may be read for the table alone, where that is not to be the usual number.
    pub table_budget: Option<usize>,
    /// Settings other than the stored ones; changes are then not kept.
    pub settings: Option<Settings>,
    /// A folder in which sessions are kept, where that is not to be the usual one; with other settings there is none else.
    pub sessions: Option<std::path::PathBuf>,
}

/// What the command line asks to be shown. A session that is taken up at the start, which may be before or after the
/// dataset is open, has filters of its own: both hold.
#[derive(Debug, Clone)]
struct Asked {
    filter: Option<Condition>,
    select: Vec<u32>,
}

/// The viewer.
pub struct Viewer {
    /// The state; tests read it.
    pub state: State,
    executor: Executor,
    view: PaneView,
    task_times: TaskTimes,
    overlay_texts: OverlayTexts,
    layout: Layout,
    /// Filter and selection of the command line, until something else is opened by hand.
    asked: Option<Asked>,
    theme: Option<Theme>,
    title: String,
    keeps_settings: bool,
    /// When something changed that is not kept yet in case of a crash.
    unkept_since: Option<Instant>,
    meter: Meter,
    notices: NoticeClock,
}

impl Viewer {
    /// A viewer in an egui context; jobs run on `runtime`.
    pub fn new(context: &Context, runtime: Handle, start: Start) -> Self {
        cytolance_widgets::install(context);
        let executor = Executor::new(runtime, context.clone());
        let keeps_settings = start.settings.is_none();
        let mut state = State::of(crate::shell::features::FEATURES);
        state.keeps = keeps_settings;
        let usual = || SessionKeeper::usual_folder().filter(|_| keeps_settings);
        state.sessions = start
            .sessions
            .or_else(usual)
            .map(|folder| Arc::new(SessionKeeper::new(folder)));
        let is_asked = start.filter.is_some() || start.picture || !start.select.is_empty();
        if is_asked || start.session.is_some() {
            state.next_view = NextView::AsAsked;
        }
        let (settings, complaint) = start
            .settings
            .map_or_else(Settings::load, |settings| (settings, None));
        state.settings = settings;
        if let Some(complaint) = complaint {
            state.notify(true, complaint);
        }
        state.table_budget = start.table_budget;
        state.folders = UserFolders::of_system();
        let mut viewer = Self {
            state,
            executor,
            view: PaneView::of(crate::shell::features::FEATURES),
            task_times: TaskTimes::default(),
            overlay_texts: OverlayTexts::default(),
            layout: Layout::new(),
            asked: (start.filter.is_some() || !start.select.is_empty()).then_some(Asked {
                filter: start.filter.map(|text| Condition::Sql { text }),
                select: start.select,
            }),
            theme: None,
            title: String::new(),
            keeps_settings,
            unkept_since: None,
            meter: Meter::new(start.trace.as_deref()),
            notices: NoticeClock::default(),
        };
        if let Some((dataset, channels)) = start.opened {
            let opened = Event::Opened {
                task: 0,
                dataset,
                channels,
            };
            viewer.dispatch(Command::Happened(opened.into()));
        } else if let Some(uri) = start.dataset {
            viewer.dispatch(Command::Open(uri));
        } else if start.demo {
            viewer.dispatch(Command::OpenDemo);
        } else if keeps_settings {
            let job = crate::model::thumbnail::read_job(&viewer.state);
            viewer.executor.start(job, None);
        }
        if let Some(path) = start.session {
            let asked = viewer.asked.take();
            viewer.dispatch(Command::from(SessionCommand::Open(Some(path))));
            viewer.asked = asked;
        }
        viewer
    }

    /// Whether everything for the screen is there.
    pub fn is_settled(&self) -> bool {
        self.executor.is_idle()
            && self.state.tasks.is_empty()
            && !self.view.textures.is_late()
            && !self.state.parts.is_busy()
            && self
                .state
                .workspace
                .as_ref()
                .is_none_or(|workspace| !workspace.is_busy())
    }

    /// Carries out a command and starts its work.
    pub fn dispatch(&mut self, command: Command) {
        let before = self.state.workspace_id();
        if let Command::Happened(envelope) = &command
            && !self.state.is_foreign(envelope)
        {
            if let Event::PicturesRead {
                rows,
                images,
                style_generation,
                ..
            } = &envelope.event
            {
                let context = self.executor.context();
                self.view
                    .textures
                    .prepare(context, rows, images, *style_generation);
            }
            self.meter.answered(&envelope.event);
        }
        let changes_query = command.changes_query();
        if command.needs_layout() {
            self.state.layout = self.layout.to_text();
        }
        if matches!(command.of(), Some(SessionCommand::Open(_))) {
            self.asked = None;
        }
        let queried = match (&command, &self.asked, &self.state.workspace) {
            (Command::Happened(envelope), Some(_), Some(workspace))
                if envelope.event.of::<SessionEvent>().is_some() =>
            {
                Some(workspace.query.clone())
            }
            _ => None,
        };
        if !command.is_request() && !matches!(command, Command::Happened(_)) {
            self.unkept_since.get_or_insert_with(Instant::now);
        }
        for job in apply(&mut self.state, command) {
            let keeps = matches!(job, Job::SaveSettings(_) | Job::KeepThumbnail { .. });
            if self.keeps_settings || !keeps {
                self.meter.started(&job);
                self.executor.start(job, self.state.workspace_id());
            }
        }
        if let Some(pane) = self.state.wanted_pane.take() {
            self.layout.activate(pane);
        }
        match self.state.wanted_layout.take() {
            Some(first) if first.is_empty() => self.layout = Layout::new(),
            Some(text) => {
                if let Some(layout) = Layout::from_text(&text) {
                    self.layout = layout;
                }
            }
            None => {}
        }
        // The gesture may have to wait for the query that runs; one that changes nothing starts none.
        let workspace = self.state.workspace.as_ref();
        if changes_query && workspace.is_some_and(|workspace| workspace.query_work.is_running()) {
            self.meter.begin("query");
        }
        let now = self.state.workspace_id();
        if now.is_some() && now != before {
            self.meter.wait_for_table();
            self.view.forget_dataset();
            self.task_times = TaskTimes::default();
            self.overlay_texts = OverlayTexts::default();
            self.show_what_was_asked();
        } else if queried.is_some_and(|before| {
            let workspace = self.state.workspace.as_ref();
            workspace.is_some_and(|workspace| workspace.query != before)
        }) {
            self.show_what_was_asked();
        }
    }

    /// Adds the command line's filter and selection to what a session has set up.
    fn show_what_was_asked(&mut self) {
        let (Some(asked), id) = (&self.asked, self.state.fresh_id()) else {
            return;
        };
        let Some(workspace) = &mut self.state.workspace else {
            return;
        };
        let filter = asked.filter.clone().map(|condition| Filter {
            id,
            condition,
            enabled: true,
        });
        let id_of_open = Some(workspace.id);
        for job in start_with(workspace, filter, &asked.select) {
            self.executor.start(job, id_of_open);
        }
    }

    fn caches(&self) -> Caches {
        let workspace = self.state.workspace.as_ref();
        Caches {
            columns: workspace.map_or(0, |workspace| workspace.explorer.cached_bytes()),
            crops: workspace.map_or(0, |workspace| workspace.pictures.bytes()),
            textures: self.view.textures.bytes(),
        }
    }

    fn take_news(&mut self) {
        for envelope in self.executor.news() {
            self.dispatch(Command::Happened(envelope));
        }
    }

    fn apply_theme(&mut self, context: &Context) {
        if self.theme != Some(self.state.settings.theme) {
            self.theme = Some(self.state.settings.theme);
            context.set_theme(match self.state.settings.theme {
                Theme::Dark => egui::ThemePreference::Dark,
                Theme::Light => egui::ThemePreference::Light,
                Theme::System => egui::ThemePreference::System,
            });
        }
    }

    fn apply_title(&mut self, context: &Context) {
        let title = match &self.state.workspace {
            Some(workspace) => format!("{} - Cytolance", workspace.dataset.name()),
            None => "Cytolance".to_owned(),
        };
        if title != self.title {
            context.send_viewport_cmd(egui::ViewportCommand::Title(title.clone()));
            self.title = title;
        }
    }

    fn take_dropped(context: &Context, commands: &mut Vec<Command>) {
        let dropped: Vec<String> = context.input(|input| {
            input
                .raw
                .dropped_files
                .iter()
                .map(|file| file.path().to_string_lossy().into_owned())
                .collect()
        });
        commands.extend(dropped.into_iter().map(Command::Dropped));
    }

    /// Keeps the session now and then, so that it comes back after a crash.
    fn keep_session(&mut self, context: &Context) {
        let (Some(since), true) = (self.unkept_since, self.state.sessions.is_some()) else {
            return;
        };
        if self.state.workspace.is_none() {
            self.unkept_since = None;
            return;
        }
        if since.elapsed() < KEEP_AFTER {
            context.request_repaint_after(KEEP_AFTER);
            return;
        }
        self.dispatch(Command::from(SessionCommand::Keep));
        self.unkept_since = None;
    }

    /// One frame.
    pub fn show(&mut self, ui: &mut Ui) {
        let context = ui.ctx().clone();
        self.meter.begin_frame();
        self.take_news();
        self.apply_theme(&context);
        self.apply_title(&context);
        let mut commands = Vec::new();
        Self::take_dropped(&context, &mut commands);
        chrome::shortcuts(&context, &self.state, &mut commands);
        self.view.textures.begin_frame();
        self.task_times.observe(&self.state.tasks, Instant::now());
        Panel::top("menu").show(ui, |ui| chrome::top_bar(ui, &self.state, &mut commands));
        let reading = Panel::bottom("status").show(ui, |ui| {
            chrome::status_bar(
                ui,
                &self.state,
                &self.view.textures,
                &self.task_times,
                &self.meter,
                &mut commands,
            )
        });
        if let Some(rest) =
            self.notices
                .tick(&self.state, Instant::now(), reading.inner, &mut commands)
        {
            context.request_repaint_after(rest);
        }
        let panel = egui::Frame::new().fill(cytolance_widgets::tokens(ui).panel);
        let page = self.state.page.and_then(feature);
        CentralPanel::default()
            .frame(panel)
            .show(ui, |ui| match (page, &self.state.workspace) {
                (Some(page), _) => page.page(ui, &self.state, &mut self.view, &mut commands),
                (None, Some(workspace)) => layout::show(
                    ui,
                    workspace,
                    &mut self.layout,
                    &mut self.view,
                    &mut commands,
                ),
                (None, None) => start_page::show(ui, &self.state, &self.task_times, &mut commands),
            });
        chrome::drop_hint(&context, &self.state);
        crate::shell::notices::errors(&context, &self.state, &mut commands);
        overlays::show(
            &context,
            &self.state,
            &mut self.overlay_texts,
            &mut commands,
        );
        crate::shell::tour::show(&context, &self.state, &mut commands);
        match self.state.copy.take() {
            Some(Copied::Text(text)) => context.copy_text(text),
            Some(Copied::Image(image)) => context.copy_image((*image).clone()),
            None => {}
        }
        let caches = self.caches();
        let jobs = self.executor.num_running();
        chrome::meter(&context, &self.state, &self.meter, caches, jobs);
        if self
            .state
            .workspace
            .as_ref()
            .is_some_and(|workspace| workspace.has_first_row())
        {
            self.meter.table_is_there();
        }
        let mut changed = self.view.textures.is_late();
        for command in commands {
            changed |= !command.is_request();
            self.dispatch(command);
        }
        if changed {
            context.request_repaint();
        }
        self.keep_session(&context);
        self.meter.end_frame(jobs, caches);
        if self.state.quit {
            context.send_viewport_cmd(egui::ViewportCommand::Close);
        }
    }
}

impl Viewer {
    /// Keeps what is set up for the next time, before the window closes or once it is gone: nobody waits for the disk.
    pub fn leave(&mut self) {
        self.state.layout = self.layout.to_text();
        let left = crate::model::session::leaving(&mut self.state);
        if let (Some(keeper), Some(left)) = (&self.state.sessions, left)
            && let Err(error) = keeper.leave(&left)
        {
            tracing::warn!("the session is not kept: {error}");
        }
    }
}

impl eframe::App for Viewer {
    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        self.show(ui);
    }

    fn on_exit(&mut self) {
        self.leave();
    }
}
