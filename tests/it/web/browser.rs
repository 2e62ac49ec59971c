//! A headless Chromium, driven through its debugging pipe: the DevTools protocol as JSON between zero bytes.
//!
//! Source: Chrome DevTools Protocol, and the flag `--remote-debugging-pipe`, which reads from file descriptor 3
//! and writes to 4.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

const PROGRAMS: [&str; 3] = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const FLAGS: &str = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-dev-shm-usage \
                     --disable-background-networking --disable-component-update --disable-sync --hide-scrollbars \
                     --autoplay-policy=no-user-gesture-required --remote-debugging-pipe about:blank";
/// How long a page may take to become what a test waits for.
const PATIENCE: Duration = Duration::from_secs(20);

pub struct Browser {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    session: String,
    last: u64,
    _profile: tempfile::TempDir,
}

impl Browser {
    /// Starts a browser with one empty page, if there is a browser on this machine.
    pub fn start() -> Option<Browser> {
        let program = PROGRAMS.into_iter().find(|program| Path::new(program).exists())?;
        let profile = tempfile::tempdir().unwrap();
        let script = format!("exec {program} --user-data-dir={} {FLAGS} 3<&0 4>&1 1>&2", profile.path().display());
        let mut child = Command::new("sh")
            .args(["-c", &script])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let (to, from) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        let mut browser = Browser { child, to, from, session: String::new(), last: 0, _profile: profile };
        let page = browser.call("Target.createTarget", &json!({"url": "about:blank"}));
        let attached = browser.call("Target.attachToTarget", &json!({"targetId": page["targetId"], "flatten": true}));
        browser.session = attached["sessionId"].as_str().unwrap().to_owned();
        browser.call("Page.enable", &json!({}));
        Some(browser)
    }

    /// Makes the page so large, light or dark.
    pub fn resize(&mut self, width: u32, height: u32, dark: bool) {
        let size = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.call("Emulation.setDeviceMetricsOverride", &size);
        let scheme = json!({"name": "prefers-color-scheme", "value": if dark { "dark" } else { "light" }});
        self.call("Emulation.setEmulatedMedia", &json!({"features": [scheme]}));
    }

    /// Opens an address and waits until it is loaded, its pictures too.
    pub fn open(&mut self, address: &str) {
        self.call("Page.navigate", &json!({"url": address}));
        let is_here = format!("location.href === {address:?} && document.readyState === 'complete'");
        self.wait(&is_here);
        self.wait("[...document.images].every(i => i.complete)");
    }

    /// What a JavaScript expression gives.
    pub fn ask(&mut self, expression: &str) -> Value {
        let parameters = json!({"expression": expression, "returnByValue": true, "awaitPromise": true});
        let reply = self.call("Runtime.evaluate", &parameters);
        assert!(reply.get("exceptionDetails").is_none(), "{expression}: {reply}");
        reply["result"]["value"].clone()
    }

    /// Waits until a JavaScript expression is true.
    pub fn wait(&mut self, expression: &str) {
        let started = Instant::now();
        while self.ask(expression) != Value::Bool(true) {
            assert!(started.elapsed() < PATIENCE, "never true: {expression}");
            std::thread::sleep(Duration::from_millis(30));
        }
    }

    /// Presses keys one by one, as a scanner does, and Enter.
    pub fn scan(&mut self, code: &str) {
        for key in code.chars() {
            let key = key.to_string();
            self.call("Input.dispatchKeyEvent", &json!({"type": "keyDown", "key": key, "text": key}));
            self.call("Input.dispatchKeyEvent", &json!({"type": "keyUp", "key": key}));
        }
        let enter = json!({"type": "keyDown", "key": "Enter", "code": "Enter", "text": "\r",
                           "windowsVirtualKeyCode": 13});
        self.call("Input.dispatchKeyEvent", &enter);
        self.call("Input.dispatchKeyEvent", &json!({"type": "keyUp", "key": "Enter"}));
    }

    /// Presses the mouse in the middle of an element.
    pub fn press(&mut self, selector: &str) {
        let middle = format!(
            "(r => [r.x + r.width / 2, r.y + r.height / 2])(document.querySelector({selector:?}).getBoundingClientRect())"
        );
        let at = self.ask(&middle);
        for kind in ["mousePressed", "mouseReleased"] {
            let event = json!({"type": kind, "x": at[0], "y": at[1], "button": "left", "clickCount": 1});
            self.call("Input.dispatchMouseEvent", &event);
        }
    }

    /// A picture of what is on the screen, as a PNG file.
    pub fn picture(&mut self, file: &Path) {
        let reply = self.call("Page.captureScreenshot", &json!({"format": "png"}));
        let bytes = data_encoding::BASE64.decode(reply["data"].as_str().unwrap().as_bytes()).unwrap();
        std::fs::write(file, bytes).unwrap();
    }

    fn call(&mut self, method: &str, parameters: &Value) -> Value {
        self.last += 1;
        let mut message = json!({"id": self.last, "method": method, "params": parameters});
        if !self.session.is_empty() {
            message["sessionId"] = self.session.clone().into();
        }
        let mut bytes = message.to_string().into_bytes();
        bytes.push(0);
        self.to.write_all(&bytes).unwrap();
        self.to.flush().unwrap();
        loop {
            let mut bytes = Vec::new();
            let read = self.from.read_until(0, &mut bytes).unwrap();
            assert!(read > 0, "the browser is gone");
            bytes.pop();
            let reply: Value = serde_json::from_slice(&bytes).unwrap();
            if reply["id"] == self.last {
                assert!(reply.get("error").is_none(), "{method}: {reply}");
                return reply["result"].clone();
            }
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
