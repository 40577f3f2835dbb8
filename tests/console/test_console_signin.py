"""Signing in and out."""

from argon2 import PasswordHasher
from yarl import URL

from tests.console.console_kit import MINUTE, PASSWORD, Agent, Client, Stand, Starter, sign_in


def cookie(client: Client) -> str:
    return client.session.cookie_jar.filter_cookies(URL("http://127.0.0.1/console"))["haat_console"].value


async def test_name_and_password_open_the_console(stand: Stand) -> None:
    await stand.user("Asha")
    client = stand.browser()
    assert "Sign in" in await (await client.get("/console")).text()
    assert "Waiting for a person" in await (await sign_in(stand, client, "Asha", PASSWORD)).text()


async def test_a_wrong_password_and_an_unknown_name_are_answered_alike(stand: Stand) -> None:
    await stand.user("Asha")
    wrong = await sign_in(stand, stand.browser(), "Asha", "not this one")
    unknown = await sign_in(stand, stand.browser(), "Usha", PASSWORD)
    assert (wrong.status, unknown.status) == (401, 401)
    assert (await wrong.text()).replace("Asha", "Usha") == await unknown.text()


async def test_after_five_failures_within_a_minute_even_the_right_password_waits(stand: Stand) -> None:
    await stand.user("Asha")
    client = stand.browser()
    statuses = [(await sign_in(stand, client, "Asha", f"wrong {n}")).status for n in range(5)]
    late = await sign_in(stand, client, "asha", PASSWORD)
    assert statuses == [401] * 5
    assert late.status == 429
    assert late.headers["Retry-After"] == "60"
    stand.now += MINUTE
    assert (await sign_in(stand, client, "Asha", PASSWORD)).status == 200


async def test_another_name_is_not_held_up_by_those_failures(stand: Stand) -> None:
    await stand.user("Ravi")
    for n in range(5):
        await sign_in(stand, stand.browser(), "Asha", f"wrong {n}")
    assert (await sign_in(stand, stand.browser(), "Ravi", PASSWORD)).status == 200


async def test_the_cookie_is_out_of_reach_of_scripts_other_sites_and_other_pages(start: Starter) -> None:
    stand = await start(secure=True)
    await stand.user("Asha")
    form = {"name": "Asha", "password": PASSWORD}
    origin = stand.origin.replace("http:", "https:")
    answer = await stand.browser().post("/console/login", data=form, headers={"Origin": origin}, allow_redirects=False)
    sent = answer.headers["Set-Cookie"]
    for part in ("HttpOnly", "SameSite=Strict", "Secure", "Path=/console", "Max-Age=43200"):
        assert part in sent
    assert len(answer.cookies["haat_console"].value) == 43


async def test_the_store_never_sees_the_token(stand: Stand) -> None:
    agent = Agent(stand, stand.browser(), await stand.user("Asha"))
    await agent.sign_in()
    assert cookie(agent.client) not in repr(vars(stand.store.data))


async def test_a_session_ends_after_twelve_hours(stand: Stand) -> None:
    agent = await stand.agent("Asha")
    stand.now += 12 * 60 * MINUTE
    assert "Sign in" in await agent.page("/console")


async def test_signing_out_ends_the_session_for_good(stand: Stand) -> None:
    agent = await stand.agent("Asha")
    token = cookie(agent.client)
    assert "Sign in" in await (await agent.post("/console/logout")).text()
    kept = await stand.browser().get("/console", headers={"Cookie": f"haat_console={token}"})
    assert kept.url.path == "/console/login"


async def test_the_sign_in_leads_to_the_page_that_was_asked_for(stand: Stand) -> None:
    await stand.user("Asha")
    client = stand.browser()
    asked = await client.get("/console/orders?status=packed")
    form = {"name": "Asha", "password": PASSWORD}
    answer = await client.session.post(asked.url, data=form, headers={"Origin": stand.origin})
    assert answer.url.path_qs == "/console/orders?status=packed"


async def test_the_sign_in_leads_nowhere_else(stand: Stand) -> None:
    await stand.user("Asha")
    form = {"name": "Asha", "password": PASSWORD}
    for wanted in ("https://evil.example/", "//evil.example", "/console/\\evil.example", "/", "/console/\r\nX: y"):
        answer = await stand.browser().post(
            "/console/login",
            params={"next": wanted},
            data=form,
            headers={"Origin": stand.origin},
            allow_redirects=False,
        )
        assert answer.status == 303
        assert URL(answer.headers["Location"]).path.startswith("/console")
        assert not URL(answer.headers["Location"]).absolute
        assert "X" not in answer.headers


async def test_a_hash_of_weaker_days_is_renewed_at_the_sign_in(stand: Stand) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    await stand.transact(lambda work: work.uow.desk.add_user("Asha", weak, "admin", False))
    assert (await sign_in(stand, stand.browser(), "Asha", PASSWORD)).status == 200
    user = await stand.transact(lambda work: work.uow.desk.user("Asha"))
    assert user is not None
    assert user.role == "admin"
    assert user.password_hash != weak
    assert (await sign_in(stand, stand.browser(), "Asha", PASSWORD)).status == 200


async def test_demo_users_sign_in_where_demo_is_on_and_nowhere_else(start: Starter) -> None:
    for demo, status in ((True, 200), (False, 401)):
        stand = await start(demo=demo)
        user = await stand.user("Demo", demo=True)
        assert (await Agent(stand, stand.browser(), user).sign_in()).status == status


async def test_a_session_of_a_demo_user_ends_where_demo_is_turned_off(start: Starter) -> None:
    stand = await start()
    user = await stand.user("Demo", demo=True)
    agent = Agent(stand, stand.browser(), user)
    await agent.sign_in()
    strict = await start(demo=False, store=stand.store)
    answer = await strict.browser().get("/console", headers={"Cookie": f"haat_console={cookie(agent.client)}"})
    assert answer.url.path == "/console/login"
