"""Whether a page in a real browser ran into its Content Security Policy."""

from playwright.sync_api import BrowserContext, ConsoleMessage

SIGN = "Content Security Policy: "
LISTEN = """document.addEventListener("securitypolicyviolation", (event) => console.error(
  "SIGN" + [event.effectiveDirective, event.blockedURI, event.sourceFile, event.lineNumber, event.sample].join(" ")
));""".replace("SIGN", SIGN)


def watch_policy(context: BrowserContext, found: list[str]) -> None:
    """From now on adds to `found` whatever the policy of any page in the context refuses."""

    def heard(message: ConsoleMessage) -> None:
        if message.text.startswith(SIGN) or "Content Security Policy directive" in message.text:
            found.append(f"{message.page.url if message.page else ''}: {message.text}")

    context.add_init_script(LISTEN)
    context.on("console", heard)
