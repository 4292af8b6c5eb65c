//! A person at the keys of a form, and the world around it.

use super::*;

pub(crate) struct World {
    pub(crate) actions: Vec<Arc<Action>>,
    pub(crate) channels: Vec<Channel>,
    pub(crate) sources: Vec<String>,
    pub(crate) presets: Vec<Preset>,
    keys: Keys,
}

pub(crate) fn key(text: &str) -> ChannelKey {
    ChannelKey::parse(text).unwrap()
}

pub(crate) fn action(name: &str, places: &[(&str, u8)]) -> Action {
    let mut action = Action::new(name, "https://ci.example/hooks/x");
    action.revision = 1;
    action.slots = places.iter().map(|(channel, slot)| (key(channel), *slot)).collect();
    action
}

impl World {
    pub(crate) fn new() -> Self {
        let channel = |text, name: &str| Channel { key: key(text), name: name.to_owned() };
        let actions = [
            action("Restart server", &[("prod/platform", 1), ("prod/payments", 1)]),
            action("Enrich", &[("prod/payments", 2)]),
            action("Roll back", &[("prod/payments", 3), ("duty/42", 1)]),
        ];
        Self {
            actions: actions.into_iter().map(Arc::new).collect(),
            channels: vec![
                channel("duty/42", "队列 Queues"),
                channel("old/legacy", "legacy"),
                channel("prod/payments", "payments"),
                channel("prod/platform", "platform"),
            ],
            sources: vec!["prod".to_owned(), "duty".to_owned()],
            presets: Vec::new(),
            keys: Keys::default(),
        }
    }

    pub(crate) fn context(&self) -> FormContext<'_> {
        FormContext {
            actions: &self.actions,
            channels: &self.channels,
            max_per_channel: 3,
            sources: &self.sources,
            presets: &self.presets,
            keys: &self.keys,
        }
    }

    pub(crate) fn add(&mut self, action: Action) {
        self.actions.push(Arc::new(action));
    }
}

/// A form with a person at its keys.
pub(crate) struct Hand<'a> {
    pub(crate) world: &'a World,
    pub(crate) form: Form,
    pub(crate) now: Now,
}

impl<'a> Hand<'a> {
    pub(crate) fn on(world: &'a World, form: Form) -> Self {
        Self { world, form, now: Now { wall_ms: 0, mono_ms: 10_000 } }
    }

    pub(crate) fn new(world: &'a World) -> Self {
        Self::on(world, Form::create(&world.context(), None))
    }

    pub(crate) fn wait(&mut self, ms: u64) -> &mut Self {
        self.now.mono_ms += ms;
        self.form.tick(self.now);
        self
    }

    pub(crate) fn wish(&mut self, command: Command) -> FormStep {
        self.wait(1_000);
        self.form.command(&self.world.context(), self.now, command)
    }

    /// A key goes through the key table, as on the screen.
    pub(crate) fn press(&mut self, code: KeyCode, modifiers: KeyModifiers) -> FormStep {
        let key = KeyEvent::new(code, modifiers);
        match Keys::default().resolve(Context::Form, key) {
            Some(command) => self.form.command(&self.world.context(), self.now, command),
            None => self.form.key(&self.world.context(), self.now, key),
        }
    }

    pub(crate) fn tab(&mut self) -> &mut Self {
        self.press(KeyCode::Tab, KeyModifiers::NONE);
        self
    }

    /// A second later, so that nothing counts as held down.
    pub(crate) fn ctrl(&mut self, ch: char) -> FormStep {
        self.wait(1_000);
        self.press(KeyCode::Char(ch), KeyModifiers::CONTROL)
    }

    pub(crate) fn types(&mut self, text: &str) -> &mut Self {
        for ch in text.chars() {
            let code = if ch == '\n' { KeyCode::Enter } else { KeyCode::Char(ch) };
            self.press(code, KeyModifiers::NONE);
        }
        self
    }

    /// Tab until the field is active; unfolds it on the way.
    pub(crate) fn to(&mut self, label: &str) -> &mut Self {
        let at = FIELDS.iter().position(|field| field.label == label).unwrap();
        for _ in 0..100 {
            let field = &FIELDS[self.form.active()];
            if self.form.active() == at {
                return self;
            }
            if matches!(field.kind, RowKind::More) && !self.form.shows(at) {
                self.press(KeyCode::Enter, KeyModifiers::NONE);
            }
            self.tab();
        }
        panic!("Tab never comes to {label}");
    }

    /// Presses Ctrl-S and gives what is to be saved.
    pub(crate) fn save(&mut self) -> Action {
        match self.ctrl('s') {
            FormStep::Effects(effects) => match &effects[..] {
                [Effect::Save(action)] => Action::clone(action),
                other => panic!("not one save: {other:?}"),
            },
            step => panic!("not saved: {step:?} {:?}", self.told()),
        }
    }

    /// What would be saved now; the form goes on.
    pub(crate) fn save_and_stay(&mut self) -> Action {
        let form = self.form.clone();
        let saved = self.save();
        self.form = form;
        saved
    }

    pub(crate) fn told(&self) -> Vec<String> {
        let mut out = self.form.notice().to_vec();
        out.extend(self.form.faults(&self.world.context()).into_iter().map(|fault| fault.message));
        out
    }

    pub(crate) fn screen(&self, width: u16, height: u16) -> String {
        frames::screen(&self.form, self.world, width, height)
    }

    /// A form that could be saved.
    pub(crate) fn filled(world: &'a World) -> Self {
        let mut hand = Self::on(world, Form::create(&world.context(), Some(key("prod/platform"))));
        hand.types("Drain").to("Endpoint").types("https://ci.example/drain");
        hand
    }
}
