"""A little company for the browser tests; run as a program in the installation that they drive."""

from __future__ import annotations

import os

import django

COLLEAGUE, COLLEAGUES_PASSWORD = "dora", "a short walk by the harbour"


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bodega.web.settings")
    django.setup()

    from bodega.kernel import change, registry
    from bodega.kernel.actors import User, actor_of
    from bodega.kernel.scope import scope
    from bodega.lib.money import Money
    from bodega.platform.accounts import actions as accounts_of
    from bodega.surfaces.search.jobs import refresh_all

    with scope():
        anna = actor_of(User.objects.get(login="anna"))
        person, organisation, deal = (
            registry.type_of(f"{key}") for key in ("parties.person", "parties.organisation", "sales.deal")
        )
        accounts = [
            change.create(organisation, {"name": name, "sector": "construction"}, actor=anna).pk
            for name in ("Isdom", "Konex", "Cancity")
        ]
        for name, account in zip(
            ("Mia Petersen", "Ola Haug", "Kari Berg", "Jonas Weil"), [*accounts, accounts[0]], strict=True
        ):
            change.create(person, {"name": name, "organisation": account}, actor=anna)
        for number, name in enumerate(("Isdom renewal", "Konex order", "Cancity hall", "Isdom spares"), start=1):
            values = {"name": name, "account": accounts[number % 3], "amount": Money(100_000 * number, "EUR")}
            change.create(deal, values, actor=anna)
        visitors = [
            {"name": f"Visitor {n:03}", "contact_points": [{"channel": "phone", "value": f"+49 30 555 0{n:03}"}]}
            for n in range(500)
        ]
        change.save_many(person, [change.Draft(None, values) for values in visitors], actor=anna)
        accounts_of.add("ben", name="Ben Hale", password="another walk by the harbour", actor=anna)
        accounts_of.add(COLLEAGUE, name="Dora Lind", password=COLLEAGUES_PASSWORD, is_admin=True, actor=anna)
        bolts = [change.Draft(None, {"name": f"Bolt {number:03}"}) for number in range(120)]
        change.save_many(registry.type_of("products.product"), bolts, actor=anna)
        refresh_all(lambda _done, _text: None)


if __name__ == "__main__":
    main()
