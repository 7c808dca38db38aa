"""Collects what pages complain about: errors in the console, uncaught ones, and breaches of the policy."""

from playwright.sync_api import BrowserContext, ConsoleMessage, Error, WebError

_REPORT_BREACHES = """
document.addEventListener("securitypolicyviolation", (event) =>
  reportBreach(`${event.violatedDirective} forbids ${event.blockedURI} at ${event.sourceFile}:${event.lineNumber}`));
"""


class Complaints:
    """Every complaint of every page of the windows it listens to."""

    def __init__(self) -> None:
        self.all: list[str] = []
        self._expected: list[str] = []

    def listen(self, context: BrowserContext) -> None:
        """Hear whatever pages of this window complain about from now on."""
        context.on("console", self._console)
        context.on("weberror", self._uncaught)
        context.expose_binding("reportBreach", lambda source, breach: self.all.append(f"policy: {breach}"))
        context.add_init_script(_REPORT_BREACHES)

    def hear_out(self, context: BrowserContext) -> None:
        """Let what the pages said last arrive."""
        for page in context.pages:
            try:
                page.evaluate("0")
            except Error:
                self.all.append("a page that no longer answers")

    def expect(self, *parts: str) -> None:
        """Allow complaints that hold one of these texts."""
        self._expected.extend(parts)

    @property
    def unexpected(self) -> list[str]:
        return [text for text in self.all if not any(part in text for part in self._expected)]

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.all.append(f"console: {message.text} ({message.location['url']})")

    def _uncaught(self, error: WebError) -> None:
        self.all.append(f"uncaught: {error.error}")
