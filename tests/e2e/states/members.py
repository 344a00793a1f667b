"""Members and accounts in the console, one's own account, and the sign-in with what can go wrong at it."""

from collections.abc import Iterator

from playwright.sync_api import Page, expect

from tests.e2e.states.console import see
from tests.e2e.states.scenes import World, press, refuse, scene, title

PASSWORD = "correct horse battery"


@scene
def members(world: World) -> Iterator[tuple[str, Page]]:
    from annotator.models import User
    from tests.annotator.factories import make_user

    project = world.project("places")
    make_user("rita", project, "researcher")
    make_user("newcomer")
    page = world.page(User.objects.get(username="lead-places"))
    yield "members", see(page, "/console/places/members")
    page.get_by_role("textbox", name="Name").fill("nobody")
    press(page, "Take in")
    expect(page.get_by_text("Nobody was taken in.")).to_be_visible()
    yield "members: nobody of that name", page
    page.get_by_role("textbox", name="Name").fill("newcomer")
    press(page, "Take in")
    expect(page.get_by_text("newcomer is in.")).to_be_visible()
    press(page, "Make a link")
    link = page.get_by_label("The link, shown this once")
    expect(link).to_be_visible()
    yield "members: a new link", page
    address = link.input_value()
    page.get_by_label("Role of lead-places").select_option("annotator")
    expect(page.get_by_text("Nothing was changed.")).to_be_visible()
    yield "members: the last admin", page
    press(page, "Take out newcomer")
    title(page, "Take newcomer out?")
    yield "members: take out dialog", page
    page.goto(address)
    title(page, "Places")
    yield "invitation: signed in", page
    page.context.clear_cookies()
    page.reload()
    yield "invitation: a stranger", page
    page.get_by_label("Name").fill("rita")
    page.get_by_label("Password, of 12 characters or more").fill("short")
    press(page, "Make an account and join")
    expect(page.get_by_role("alert").first).to_be_visible()
    yield "invitation: an account that cannot be made", page
    page.goto("/invitation/none")
    yield "invitation: none", page


@scene
def accounts(world: World) -> Iterator[tuple[str, Page]]:
    from annotator.models import User

    world.annotator(world.project("owned"))
    page = world.page(User.objects.get(username="lead-owned"))
    see(page, "/console/accounts")
    expect(page.get_by_role("table")).to_be_visible()
    yield "accounts", page
    press(page, "Close ann-owned")
    title(page, "Close the account of ann-owned?")
    yield "accounts: close dialog", page
    press(page, "Leave it as it is")
    page.get_by_label("Name contains").fill("zzz")
    expect(page.get_by_text("There is no such account.")).to_be_visible()
    yield "accounts: nobody of that name", page
    page.route("**/api/v1/accounts*", refuse(503, "The database does not answer."))
    page.reload()
    expect(page.get_by_text("This could not be fetched.")).to_be_visible()
    yield "accounts: an error", page


@scene
def ones_own_account(world: World) -> Iterator[tuple[str, Page]]:
    from django_otp.plugins.otp_totp.models import TOTPDevice

    from tests.annotator.api.test_second_factor import code_of, wrong_for

    user = world.annotator(world.project("own"))
    user.set_password(PASSWORD)
    user.save()
    page = world.page(user)
    page.goto("/account")
    title(page, "Your account")
    yield "account", page
    page.get_by_label("Current password").fill("wrong")
    page.get_by_label("New password", exact=True).fill("short")
    page.get_by_label("New password, again").fill("other")
    press(page, "Change the password")
    expect(page.get_by_text("That is not your password.")).to_be_visible()
    yield "account: a password that is not changed", page
    press(page, "Make a token")
    expect(page.get_by_text("Choose what it may do.")).to_be_visible()
    yield "account: a token for nothing", page
    page.get_by_label("Read: look at").check()
    press(page, "Make a token")
    expect(page.get_by_text("It is shown this once; copy it now.")).to_be_visible()
    yield "account: a token", page
    page.goto("/account/second-factor")
    yield "second factor: none", page
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Set it up")
    title(page, "Set up your app")
    yield "second factor: set up", page
    device = TOTPDevice.objects.get(user=user)
    page.get_by_label("Code").fill(wrong_for(device))
    press(page, "That is my app")
    expect(page.get_by_role("alert")).to_be_visible()
    yield "second factor: a wrong code", page
    TOTPDevice.objects.update(throttling_failure_count=0)
    page.get_by_label("Code").fill(code_of(device))
    press(page, "That is my app")
    expect(page.get_by_text("Your app counts from now on.")).to_be_visible()
    yield "second factor: recovery codes", page
    page.context.clear_cookies()
    page.goto("/sign-in")
    page.get_by_label("Name").fill(user.username)
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Sign in")
    title(page, "Your second factor")
    yield "sign-in: second factor", page
    page.get_by_label("Code").fill("aaaa")
    press(page, "Sign in")
    expect(page.get_by_role("alert")).to_be_visible()
    yield "sign-in: a wrong code", page


@scene
def a_locked_sign_in(world: World) -> Iterator[tuple[str, Page]]:
    page = world.page(world.annotator(world.project("locked")))
    page.context.clear_cookies()
    for _ in range(10):
        page.goto("/sign-in")
        page.get_by_label("Name").fill("ann-locked")
        page.get_by_label("Password").fill("wrong")
        press(page, "Sign in")
        expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_text("Too many wrong passwords for this name.")).to_be_visible()
    yield "sign-in: locked", page
