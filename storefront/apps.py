"""The storefront as a Django app: registers its checks and sets up the log."""

from django.apps import AppConfig

from storefront import logs


class StorefrontConfig(AppConfig):
    name = "storefront"

    def ready(self) -> None:
        logs.configure()
        from storefront import checks  # noqa: F401, PLC0415 - registering needs the import, after the apps are loaded
