"""The storefront as a Django app: registers its checks."""

from django.apps import AppConfig


class StorefrontConfig(AppConfig):
    name = "storefront"

    def ready(self) -> None:
        from storefront import checks  # noqa: F401, PLC0415 - registering needs the import, after the apps are loaded
